// Notices that a file has changed: in place, by a rename, by a symbolic link that leads elsewhere.
import { type FSWatcher, watch } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface FileWatchOptions {
  readonly path: string;
  /** `fileIdentity` of when it was last read. */
  readonly seen: string | undefined;
  /** Called some time after each change, also when the file has gone. Must not throw. */
  readonly onChange: () => void;
  /** How long a file must be left alone. Default 100 ms. */
  readonly quietMs?: number | undefined;
  /** How often to look where nothing tells of changes, such as network drives. Default 5 s. */
  readonly pollMs?: number | undefined;
}

/**
 * Looks at the file now and then, and at once when something happens in its folder, or in the folder
 * that a symbolic link leads to. Kubernetes swaps a link named `..data` beside the file.
 */
export class FileWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #quietMs: number;
  readonly #poll: NodeJS.Timeout;
  readonly #watchers = new Map<string, FSWatcher>();
  #quiet: NodeJS.Timeout | undefined;
  #seen: string | undefined;
  #closed = false;

  constructor({ path, seen, onChange, quietMs = 100, pollMs = 5000 }: FileWatchOptions) {
    this.#path = path;
    this.#seen = seen;
    this.#onChange = onChange;
    this.#quietMs = quietMs;
    this.#poll = setInterval(() => void this.#look(), pollMs);
    this.#poll.unref();
  }

  /** Resolves when changes from now on are noticed. */
  async start(): Promise<void> {
    await this.#look();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#quiet);
    for (const folder of this.#watchers.keys()) this.#unwatch(folder);
  }

  async #look(): Promise<void> {
    const now = await fileIdentity(this.#path);
    if (this.#closed) return;
    await this.#watchFolders();
    if (now === this.#seen) return;
    this.#seen = now;
    this.#onChange();
  }

  async #watchFolders(): Promise<void> {
    const path = this.#path;
    const target = await realpath(path).catch(() => path);
    const folders = new Set([dirname(path), dirname(target)]);
    if (this.#closed) return;
    for (const folder of this.#watchers.keys()) if (!folders.has(folder)) this.#unwatch(folder);
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    const path = this.#path;
    const names = [basename(path), '..data'];
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        const concerns = name === null || names.includes(name) || folder !== dirname(path);
        if (concerns) this.#lookSoon();
      });
      // The folder is gone, or there are too many watchers: what is left is to look now and then.
      watcher.on('error', () => this.#unwatch(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // As above.
    }
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  /** Each event puts it off: whoever writes in parts should come to an end. */
  #lookSoon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#look(), this.#quietMs);
    this.#quiet.unref();
  }
}

/** What differs after every change of a file; undefined: there is none. */
export async function fileIdentity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join('.');
  } catch {
    return undefined;
  }
}
