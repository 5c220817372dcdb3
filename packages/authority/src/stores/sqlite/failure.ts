// Failures of the store's threads: caught there as data, thrown here as the one error of Spendfuse.
import type { Failure, Owner } from './messages.ts';

/** A failure with a known kind, thrown inside a thread. */
export class StoreFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind === 'owned' ? failure.kind : failure.message);
    this.failure = failure;
  }
}

export function corrupt(row: number | undefined, message: string): StoreFailure {
  return new StoreFailure({ kind: 'corrupt', row, message });
}

/** SQLite's primary result codes that mean that the file is broken: CORRUPT and NOTADB. */
const BROKEN_FILE = new Set([11, 26]);

/** Whatever was thrown in a thread, so that it can be posted. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StoreFailure) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = sqliteCode(thrown);
  if (code !== undefined && BROKEN_FILE.has(code)) {
    return { kind: 'corrupt', row: undefined, message };
  }
  return { kind: 'failed', message };
}

/** The primary result code of an error of `node:sqlite`. */
export function sqliteCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}

/** One line: what is wrong with the folder, and what to do. */
export function describe(failure: Failure, folder: string): string {
  switch (failure.kind) {
    case 'owned':
      return (
        `data folder ${folder} is in use by ${describeOwner(failure.owner)}; ` +
        'stop it, or choose another folder'
      );
    case 'corrupt': {
      const where = failure.row === undefined ? '' : ` at row ${failure.row}`;
      return (
        `the journal in ${folder} is corrupt${where} (${failure.message}); nothing was changed: ` +
        'see what is wrong with `spendfuse verify`, then take a backup with `spendfuse restore` ' +
        'or what is good with `spendfuse verify --salvage`'
      );
    }
    case 'foreign':
      return `data folder ${folder}: ${failure.message}`;
    case 'failed':
      return (
        `the journal in ${folder} cannot be written: ${failure.message}; ` +
        'see that the folder is writable and that its disk has room'
      );
  }
}

function describeOwner(owner: Owner | undefined): string {
  if (!owner) return 'another process';
  return `process ${owner.pid} (${owner.command}), which has had it since ${owner.since}`;
}
