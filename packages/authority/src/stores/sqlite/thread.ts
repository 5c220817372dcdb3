// A thread of the store: found beside this file, from source and as built, and watched for its end.
import { Worker } from 'node:worker_threads';

export interface ThreadOptions<Reply> {
  readonly name: 'writer-thread' | 'reader-thread' | 'snapshot-thread' | 'index-thread';
  readonly data: unknown;
  readonly onReply: (reply: Reply) => void;
  /** The thread ended though nobody closed it. Called once. */
  readonly onEnd: (error: Error) => void;
}

/** Keeps the process alive only while an answer is awaited. */
export class Thread<Request, Reply> {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #awaited = 0;

  constructor({ name, data, onReply, onEnd }: ThreadOptions<Reply>) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
      name: `spendfuse ${name}`,
      workerData: data,
      // node:sqlite warns on some versions of Node 22; this silences it here and nowhere else.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    let cause: unknown;
    this.#worker.on('message', onReply);
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        resolve();
        const message = cause instanceof Error ? cause.message : `exit code ${code}`;
        onEnd(new Error(`the ${name} ended: ${message}`, { cause }));
      });
    });
    this.#worker.unref();
  }

  /** `given` is the thread's from now on. */
  post(request: Request, given: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, given);
  }

  /** An answer is awaited from now on. */
  hold(): void {
    if (this.#awaited++ === 0) this.#worker.ref();
  }

  /** It came. */
  letGo(): void {
    if (--this.#awaited === 0) this.#worker.unref();
  }

  /** Resolves when the thread has come to its end by itself. */
  ended(): Promise<void> {
    return this.#ended;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
