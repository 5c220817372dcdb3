// Counting in another thread: to load a vocabulary, or to count a long text, would hold the event loop.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SpendfuseError } from '@spendfuse/core';
import type { Encoding } from './tokenizer.ts';
import type { Counted } from './tokens-families.ts';

export interface CountRequest {
  readonly id: number;
  readonly encoding: Encoding;
  readonly texts: readonly string[];
}

export interface CountReply {
  readonly id: number;
  readonly encoding: Encoding;
  /** Of the texts together. */
  readonly counted: Counted;
}

interface Waiting {
  readonly resolve: (counted: Counted) => void;
  readonly reject: (error: SpendfuseError) => void;
}

export interface TokensAsideOptions {
  /** It ends, and gives its memory back, after nothing was asked of it for so long. */
  readonly idleMs: number;
  /** It takes no more requests. Called once. */
  readonly onEnd: () => void;
}

/** One thread. Keeps the process alive only while an answer is awaited. */
export class TokensAside {
  readonly #worker: Worker;
  readonly #isOnline: Promise<void>;
  readonly #loaded = new Set<Encoding>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #options: TokensAsideOptions;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #hasEnded = false;

  /** @throws SpendfuseError `INTERNAL` where its file is missing, as in a bundle */
  constructor(options: TokensAsideOptions) {
    this.#options = options;
    this.#worker = new Worker(threadFile(), {
      name: 'spendfuse tokens-thread',
      // The preloads of the app, ours among them, have nothing to do here.
      env: {},
      // To be joined to the output of the app would take a third of its start. So it must not write
      // anything, warnings neither: what nobody reads would keep the process alive.
      execArgv: ['--no-warnings'],
      stdout: true,
      stderr: true,
    });
    this.#isOnline = new Promise((resolve) => this.#worker.once('online', resolve));
    this.#worker.on('message', (reply: CountReply) => this.#answer(reply));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end());
    this.#worker.unref();
  }

  /** The texts together. @throws SpendfuseError `INTERNAL` where the thread fails */
  count({ encoding, texts }: Omit<CountRequest, 'id'>): Promise<Counted> {
    clearTimeout(this.#idle);
    if (this.#waiting.size === 0) this.#worker.ref();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // To start a thread and to hand it a long text are some milliseconds each: not in one turn.
      void this.#isOnline.then(() => this.#worker.postMessage({ id, encoding, texts }));
    });
  }

  hasLoaded(encoding: Encoding): boolean {
    return this.#loaded.has(encoding);
  }

  #answer({ id, encoding, counted }: CountReply): void {
    this.#loaded.add(encoding);
    this.#waiting.get(id)?.resolve(counted);
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => this.#end(), this.#options.idleMs).unref();
  }

  #end(cause?: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#idle);
    this.#options.onEnd();
    const message = 'the thread that counts tokens has ended';
    const error = new SpendfuseError({ code: 'INTERNAL', message, cause });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}

/** Beside this file. A bundle of CommonJS does not even know where that is. */
function threadFile(): string {
  const here = import.meta.url as string | undefined;
  const name = `./tokens-thread.${here?.endsWith('.ts') ? 'ts' : 'js'}`;
  const file = here === undefined ? undefined : fileURLToPath(new URL(name, here));
  if (file !== undefined && existsSync(file)) return file;
  const message = 'tokens cannot be counted: Spendfuse is inside a bundle';
  throw new SpendfuseError({ code: 'INTERNAL', message });
}
