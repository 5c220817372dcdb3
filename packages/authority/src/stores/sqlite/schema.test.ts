// The journal's file: how durable it is, and which files are refused.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { journalFile, openJournal } from './schema.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

const open = (durability: 'disk' | 'process', isNewAllowed = true) =>
  openJournal({ file: journalFile(folder.path), durability, isNewAllowed });

function foreign(change: string): void {
  const db = new DatabaseSync(journalFile(folder.path));
  db.exec(change);
  db.close();
}

const failure = (kind: string, message: unknown) =>
  expect.objectContaining({ failure: expect.objectContaining({ kind, message }) });

describe('the file of the journal', () => {
  test.each([
    { durability: 'disk', synchronous: 2 },
    { durability: 'process', synchronous: 1 },
  ] as const)(
    '$durability: a log with synchronous = $synchronous',
    ({ durability, synchronous }) => {
      const db = open(durability);
      expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous });
      expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
      db.close();
    },
  );

  test('a log that waits for the disk has its length from the start, and is read as it was', () => {
    const log = `${journalFile(folder.path)}-wal`;
    const db = open('disk');
    expect(statSync(log).size).toBeGreaterThan(4_000_000);
    db.exec(`INSERT INTO facts VALUES ('kept', 'yes')`);
    // As after a sudden end: nothing is copied from the log to the file.
    const again = open('disk');
    expect(statSync(log).size).toBeLessThan(5_000_000);
    const kept = again.prepare(`SELECT value FROM facts WHERE name = 'kept'`).get();
    expect(kept).toEqual({ value: 'yes' });
    again.close();
    db.close();
  });

  test('another SQLite file, or a journal of a later version, is left as it is', () => {
    foreign('CREATE TABLE theirs (x)');
    expect(() => open('disk')).toThrow(failure('foreign', expect.stringContaining('no Spendfuse')));
    foreign('DROP TABLE theirs');
    open('disk').close();
    for (const [version, advice] of [
      [9, 'upgrade'],
      [2, 'choose an empty folder'],
    ] as const) {
      foreign(`PRAGMA user_version = ${version}`);
      const message = expect.stringMatching(new RegExp(`version ${version},.*${advice}`));
      expect(() => open('disk')).toThrow(failure('foreign', message));
    }
  });

  test('a journal that must be there is not made anew', () => {
    expect(() => open('disk', false)).toThrow(failure('corrupt', 'its file is gone'));
    open('disk').close();
    foreign('DROP TABLE journal');
    expect(() => open('disk')).toThrow(failure('corrupt', 'the table is missing'));
  });
});
