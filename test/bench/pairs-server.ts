// The sidecar's gRPC over the bench's budgets; the first argument is the store: disk, process or memory.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSidecar } from '@spendfuse/sidecar';
import { benchBudgets } from './budgets.ts';
import { serveMeter } from './meter.ts';

const store = process.argv[2] ?? 'disk';
const folder = await mkdtemp(join(tmpdir(), 'spendfuse-bench-'));
const sidecar = await startSidecar({
  dataFolder: store === 'memory' ? undefined : folder,
  durability: store === 'process' ? 'process' : 'disk',
  grpcListen: { host: '127.0.0.1', port: 0 },
  budgets: benchBudgets,
  logLevel: 'error',
});
console.log(JSON.stringify({ address: sidecar.addresses.grpc }));
const meter = serveMeter();
process.once('SIGTERM', () => void stop());

async function stop(): Promise<void> {
  meter.close();
  await sidecar.stop();
  await rm(folder, { recursive: true, force: true });
}
