// A snapshot as a file: lines of JSON, each with its checksum, from a head that says whose it is to an end.
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Raise it with every change of what a line holds. */
const VERSION = 1;

/** What makes a snapshot one of this journal, at this row. */
export interface SnapshotHead {
  readonly journal: string;
  /** The last row that is in it. */
  readonly row: number;
  /** The checksum of that row: another journal with the same past has another one. */
  readonly rowCrc: number;
  /** The latest time in it. */
  readonly atMs: number;
}

export interface SnapshotName {
  readonly path: string;
  readonly row: number;
}

const NAME = /^snapshot-(\d+)\.jsonl$/;
const TEMPORARY = /^snapshot-.*\.tmp$/;
const BLOCK_BYTES = 1 << 20;

/** The newest first. */
export function snapshotsIn(folder: string): readonly SnapshotName[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const row = NAME.exec(name)?.[1];
      return row === undefined ? [] : [{ path: join(folder, name), row: Number(row) }];
    })
    .sort((a, b) => b.row - a.row);
}

/** Whole or not at all: it gets its name when it is on the disk. */
export function writeSnapshot(folder: string, head: SnapshotHead, lines: Iterable<unknown>): void {
  const path = join(folder, `snapshot-${head.row}.jsonl`);
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    let count = 0;
    const write = (content: unknown): void => {
      const text = JSON.stringify(content);
      writeAll(file, Buffer.from(`${checksum(text)} ${text}\n`));
      count += 1;
    };
    write({ version: VERSION, ...head });
    for (const line of lines) write(line);
    write({ lines: count });
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(folder);
}

/** Keeps the newest ones, and nothing of what was never finished. */
export function tidySnapshots(folder: string, keep: number): void {
  for (const { path } of snapshotsIn(folder).slice(keep)) rmSync(path, { force: true });
  for (const name of readdirSync(folder)) {
    if (TEMPORARY.test(name)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * The head, then each line. @throws Error that says what is wrong with the file, at the latest at its
 * end: what came before is not to be used then.
 */
export function* readSnapshot(path: string): Generator<unknown, void> {
  let count = 0;
  let end: unknown;
  for (const line of linesOf(path)) {
    if (end !== undefined) throw new Error('it goes on after its end');
    const text = line.subarray(9);
    if (line[8] !== 0x20 || checksum(text) !== line.toString('latin1', 0, 8)) {
      throw new Error(`line ${count + 1} has a wrong checksum`);
    }
    const content = JSON.parse(text.toString('utf8')) as Readonly<Record<string, unknown>>;
    if (count === 0 && content['version'] !== VERSION) {
      throw new Error(`it has version ${String(content['version'])}`);
    }
    if (content['lines'] === undefined) yield content;
    else end = content['lines'];
    if (end === undefined) count += 1;
  }
  if (end !== count) throw new Error('its end is missing');
}

function* linesOf(path: string): Generator<Buffer, void> {
  const file = openSync(path, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const block = Buffer.alloc(BLOCK_BYTES);
      const length = readSync(file, block);
      if (length === 0) break;
      rest = Buffer.concat([rest, block.subarray(0, length)]);
      let start = 0;
      for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10, start)) {
        yield rest.subarray(start, at);
        start = at + 1;
      }
      rest = rest.subarray(start);
    }
    if (rest.length > 0) throw new Error('its last line is torn');
  } finally {
    closeSync(file);
  }
}

function checksum(text: string | Buffer): string {
  return crc32(text).toString(16).padStart(8, '0');
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
