// SIGKILL while snapshots are made and old rows are purged, from one day to the next: nothing is lost (L3, L12).
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createAuthority,
  createCatalogue,
  type EntryMeta,
  openSqliteLedger,
  parseConfig,
} from '@spendfuse/authority';
import { mintId, usageOf } from '@spendfuse/core';
import { freePort, type RunningNode, startNode, tempFolder } from '@spendfuse/testkit';
import { expect, it } from 'vitest';
import { Dice } from './kill-model.ts';
import { ADMIN_TOKEN, CONFIG, runKills, type Victim } from './kill-run.ts';

const KILLS = process.env['SPENDFUSE_TEST_LONG'] ? 120 : 3;
const HOUR_MS = 3_600_000;
/** So much later is each life, so that more is due to be purged in each. */
const BETWEEN_MS = 6 * HOUR_MS;
const SCRIPT = fileURLToPath(new URL('kill-busy-sidecar.ts', import.meta.url));

it(
  `a sidecar busy with snapshots and purges loses nothing and doubles nothing over ${KILLS} kills`,
  async () => {
    await using sidecar = await startBusySidecar();
    const { nowMs } = sidecar;
    const { model, report } = await runKills({ victim: sidecar, kills: KILLS, nowMs });
    expect(model.acknowledged, 'the load was real').toBeGreaterThan(KILLS * 10);
    expect(report.firstRow, 'rows were purged').toBeGreaterThan(50);
    expect(report.snapshots, 'snapshots were made').toBeGreaterThan(0);
  },
  KILLS * 8000 + 60_000,
);

interface BusySidecar extends Victim, AsyncDisposable {
  readonly nowMs: () => number;
}

/** On a folder with a history of two days, each life of it some hours after the one before. */
async function startBusySidecar(): Promise<BusySidecar> {
  const folder = await tempFolder();
  await writeFile(join(folder.path, 'budgets.yaml'), CONFIG);
  await writeHistory(join(folder.path, 'data'));
  const [grpc, admin] = [await freePort(), await freePort()];
  let aheadMs = 0;
  let child: RunningNode | undefined;
  let earlier = '';
  const start = async (): Promise<void> => {
    aheadMs += BETWEEN_MS;
    const args = [SCRIPT, folder.path, String(grpc), String(admin), String(aheadMs)];
    child = await startNode({ args, env: { SPENDFUSE_ADMIN_TOKEN: ADMIN_TOKEN } });
    await child.waitForLine(/is up/, { timeoutMs: 20_000 });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const status = await child?.kill(signal);
    earlier += child?.stderr() ?? '';
    child = undefined;
    return status?.code ?? null;
  };
  await start();
  return {
    endpoint: `127.0.0.1:${grpc}`,
    origin: `http://127.0.0.1:${admin}`,
    folder: folder.path,
    nowMs: () => Date.now() + aheadMs,
    start,
    crash: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    stderr: () => earlier + (child?.stderr() ?? ''),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await folder.remove();
    },
  };
}

/** Calls of two days, every hour, which end a day ago: no window of today counts them at any hour. */
async function writeHistory(folder: string): Promise<void> {
  const dice = new Dice(1);
  let nowMs = Date.now() - 72 * HOUR_MS;
  const clock = { now: () => nowMs };
  const store = await openSqliteLedger<EntryMeta>({
    folder,
    durability: 'process',
    nowMs: () => nowMs,
  });
  const { budgets, prices: overrides } = parseConfig(CONFIG);
  const catalogue = createCatalogue({ overrides });
  const authority = createAuthority({ budgets, catalogue, store, clock });
  for (let hour = 0; hour < 48; hour++) {
    for (let n = 0; n < 8; n++) {
      const id = mintId({ nowMs, random: dice.bytes(10) });
      const call = {
        labels: { kind: 'old' },
        provider: 'openai',
        model: 'free',
        operation: 'chat',
      };
      const made = { ...call, reservedAtMs: nowMs };
      await authority.record({ id, usage: usageOf({}), usageSource: 'provider', call: made });
    }
    nowMs += HOUR_MS;
  }
  await authority.close();
}
