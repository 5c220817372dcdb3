// One process per data folder, and folders that cannot be used.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NOON_MS, reservePlan, startNode, tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(() => folder.remove());

const open = (path = folder.path) =>
  openSqliteLedger({ folder: path, durability: 'disk', nowMs: () => NOON_MS });

const config = (message: RegExp) =>
  expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) });

const HOLD = `
  import { openSqliteLedger } from './src/stores/sqlite/ledger.ts';
  const folder = process.argv.at(-1);
  await openSqliteLedger({ folder, durability: 'disk', nowMs: Date.now });
  console.log('open');
  setInterval(() => {}, 1000);
`;

describe('a data folder', () => {
  test('belongs to one process, which is named, until that ends in whatever way', async () => {
    await using holder = await startNode({
      args: ['--conditions=@spendfuse/source', '--input-type=module', '-e', HOLD, folder.path],
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    await holder.waitForLine(/^open$/);
    const since = /since \d{4}-\d\d-\d\dT.*Z; stop it, or choose another folder$/;
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toEqual(config(new RegExp(`in use by process ${holder.pid} \\(node`)));
    expect(error).toEqual(config(since));
    await holder.kill('SIGKILL');
    await (await open()).close();
  });

  test('belongs to one ledger of a process, which is not disturbed by the second', async () => {
    const ledger = await open();
    await expect(open()).rejects.toEqual(config(new RegExp(`in use by process ${process.pid} `)));
    expect(await ledger.reserve(reservePlan({ meta: {} as never }))).toMatchObject({
      kind: 'granted',
    });
    await ledger.close();
    await (await open()).close();
  });

  test('is made where it is missing', async () => {
    await (await open(join(folder.path, 'new folder', 'data'))).close();
  });

  test('that is a file, or below one, is a clear error', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await expect(open(file)).rejects.toEqual(config(/data folder .*file cannot be made/));
    await expect(open(join(file, 'data'))).rejects.toEqual(config(/cannot be made: .*choose/));
  });
});
