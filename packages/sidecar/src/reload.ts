// Reads the budgets file again when it changes or when asked to; a bad file leaves all as it was.
import { type Config, loadConfigAside } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import type { Log } from './log.ts';
import { FileWatch, type FileWatchOptions } from './reload-watch.ts';

export interface ConfigReloadOptions {
  readonly file: string;
  /** `fileIdentity` from before the file in force was read: a change since then is noticed too. */
  readonly seen: string | undefined;
  /** Brings a file into force that was read. What it throws is wrong with the file. */
  readonly apply: (config: Config) => void | Promise<void>;
  readonly onOutcome: (outcome: ReloadOutcome) => void;
  readonly log: Log;
  readonly watch?: Pick<FileWatchOptions, 'quietMs' | 'pollMs'> | undefined;
}

/** `detail`: one line for each mistake. */
export type ReloadOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'failed'; readonly detail: string };

export interface ConfigState {
  readonly file: string;
  /** When the file in force was read. */
  readonly loadedAtMs: number;
  /** What is wrong with the file as it is now; undefined: it is in force. */
  readonly error: string | undefined;
}

/** Mistakes in the log: the first are enough to begin with. */
const MOST_LINES = 10;

export class ConfigReload {
  readonly #options: ConfigReloadOptions;
  readonly #watch: FileWatch;
  #state: ConfigState;
  #reading: Promise<void> | undefined;
  /** A reading that has not begun: whoever asks meanwhile waits for it. */
  #next: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ConfigReloadOptions) {
    const { file, seen, watch } = options;
    this.#options = options;
    this.#state = { file, loadedAtMs: Date.now(), error: undefined };
    this.#watch = new FileWatch({ path: file, seen, onChange: () => void this.reload(), ...watch });
  }

  start(): Promise<void> {
    return this.#watch.start();
  }

  state(): ConfigState {
    return this.#state;
  }

  /** Resolves when the file as it is now was read, and is in force or refused. Never throws. */
  reload(): Promise<void> {
    if (!this.#reading) return this.#read();
    this.#next ??= this.#reading.then(() => {
      this.#next = undefined;
      return this.#read();
    });
    return this.#next;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch.close();
    await (this.#next ?? this.#reading);
  }

  #read(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#reading = this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    const { file, apply, onOutcome, log } = this.#options;
    try {
      const config = await loadConfigAside(file);
      if (this.#stopped) return;
      await apply(config);
      this.#state = { file, loadedAtMs: Date.now(), error: undefined };
      log.info('the budgets file was read again', { file, budgets: config.budgets.length });
      onOutcome({ kind: 'ok' });
    } catch (thrown) {
      const detail = SpendfuseError.from(thrown).message;
      this.#state = { ...this.#state, error: detail };
      this.#complain(detail);
      onOutcome({ kind: 'failed', detail });
    }
  }

  #complain(detail: string): void {
    const { log } = this.#options;
    const lines = detail.split('\n');
    for (const line of lines.slice(0, MOST_LINES)) log.error('budgets file', { mistake: line });
    const more = lines.length > MOST_LINES ? lines.length - MOST_LINES : undefined;
    log.error('the budgets file read before stays in force', { more });
  }
}
