// The durable store: the contract, with either durability.
import { NOON_MS, type TempFolder, tempFolder, type TestMeta } from '@spendfuse/testkit';
import { ledgerContract } from '@spendfuse/testkit/ledger-contract';
import { afterAll } from 'vitest';
import { openSqliteLedger } from './ledger.ts';

const folders: TempFolder[] = [];
afterAll(() => Promise.all(folders.map((folder) => folder.remove())));

for (const durability of ['disk', 'process'] as const) {
  ledgerContract(`sqlite, ${durability}`, async () => {
    const folder = await tempFolder();
    folders.push(folder);
    const nowMs = () => NOON_MS;
    return openSqliteLedger<TestMeta>({ folder: folder.path, durability, nowMs });
  });
}
