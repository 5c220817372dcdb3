// A sidecar that makes snapshots and purges all the time: the child process of `kill-busy.test.ts`.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createAuthority,
  createCatalogue,
  type EntryMeta,
  loadConfig,
  openSqliteLedger,
} from '@spendfuse/authority';
import { createLog, openAdminPlane, startRpc } from '@spendfuse/sidecar';

const [folder = '', grpcPort = '', adminPort = '', aheadMs = ''] = process.argv.slice(2);
const clock = { now: () => Date.now() + Number(aheadMs) };
const log = createLog({ level: 'error' });
const dataFolder = join(folder, 'data');

const store = await openSqliteLedger<EntryMeta>({
  folder: dataFolder,
  durability: 'process',
  nowMs: () => clock.now(),
  retentionMs: 2 * 24 * 3_600_000,
  snapshotRecords: 30,
  // Few, so that repeats are looked up on disk.
  maxSettled: 20,
  log: (line) => log.error('ledger', { line }),
});
const { budgets, prices: overrides } = await loadConfig(join(folder, 'budgets.yaml'));
const catalogue = createCatalogue({ overrides });
const authority = createAuthority({ budgets, catalogue, store, clock });
const isReady = (): boolean => authority.ready();
const rpc = await startRpc({ authority, listen: { port: Number(grpcPort) }, log, isReady });
const admin = await openAdminPlane({
  authority,
  listen: { host: '127.0.0.1', port: Number(adminPort) },
  settings: { adminToken: process.env['SPENDFUSE_ADMIN_TOKEN'] },
  server: () => ({
    version: 'test',
    ready: isReady(),
    startedAtMs: clock.now(),
    catalogue: catalogue.version,
    config: undefined,
  }),
  log,
});

let isStopped = false;
process.once('SIGTERM', () => {
  isStopped = true;
});
console.log('is up');
while (!isStopped) {
  await store.purge();
  await authority.keepHouse();
  await sleep(5);
}
await rpc.drain();
await admin.close();
await authority.close();
