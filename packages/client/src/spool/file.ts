// A file of this process that grows by whole lines, or not at all.
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { useFolder } from './folder.ts';
import { ownName } from './owner.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;

/** All methods that write throw the system's errors. Nothing is synced: it outlives the process, not the machine. */
export class SpoolFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #inode: number;
  #bytes = 0;

  /** A new one, for this user alone. @throws as `useFolder`. */
  constructor(folder: string) {
    useFolder(folder);
    this.#path = join(folder, ownName());
    this.#fd = openSync(this.#path, O_APPEND | O_CREAT | O_EXCL | O_WRONLY, 0o600);
    this.#inode = fstatSync(this.#fd).ino;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Somebody who took this process for dead may have it, or have removed it. */
  get isGone(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#inode;
  }

  append(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      // Half a line would spoil the next one as well.
      ftruncateSync(this.#fd, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
  }

  /** What is in it stays for another process. */
  close(): void {
    closeSync(this.#fd);
  }

  remove(): void {
    const { isGone } = this;
    this.close();
    if (!isGone) unlinkSync(this.#path);
  }
}
