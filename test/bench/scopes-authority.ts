// The authority over the SQLite store, with few scopes and with many: what a reserve and a scope take.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCatalogue, type LocalAuthority, openAuthority } from '@spendfuse/authority';
import { budgetOf, HORIZON_MS, parseLimit, type ReserveRequest, usageOf } from '@spendfuse/core';
import { benchId } from './budgets.ts';
import { usedBytes } from './heap.ts';
import { inTurns, type Taken } from './in-turns.ts';

export interface ScopesOfAuthority {
  readonly few: Taken;
  readonly many: Taken;
  /** Of each scope, with the store's codec. */
  readonly bytes: number;
  readonly fillUsPerPair: number;
  /** How long the event loop was held at most while closed windows were forgotten. */
  readonly sweepLoopMaxMs: number;
  readonly sweepLoopP99Ms: number;
}

const FEW = 1000;
const MANY = Number(process.argv[2] ?? 100_000);
const CALLS = 64;
const ROUNDS = 400;
/** As many counters as housekeeping looks at in one go, at the least. */
const LOOKS_AT_ONCE = 1000;
const DAY_MS = 86_400_000;

let aheadMs = 0;
const folder = await mkdtemp(join(tmpdir(), 'spendfuse-bench-'));
const limits = [parseLimit('$9000000/day')];
const authority = await openAuthority({
  dataFolder: folder,
  durability: 'process',
  budgets: [
    budgetOf({ id: 'few', match: { pool: ['few'] }, per: ['user'], limits }),
    budgetOf({ id: 'many', match: { pool: ['many'] }, per: ['user'], limits }),
  ],
  catalogue: createCatalogue(),
  clock: { now: () => Date.now() + aheadMs },
});
const usage = usageOf({ inputTokens: 800, outputTokens: 400 });
try {
  const fillUsPerPair = await fill('few', FEW).then(() => fill('many', MANY));
  const times = await inTurns({
    cases: { few: callsOf('few', FEW), many: callsOf('many', MANY) },
    callsPerBlock: CALLS,
    rounds: ROUNDS,
  });
  const swept = await sweep();
  console.log(JSON.stringify({ ...times, fillUsPerPair, ...swept } satisfies ScopesOfAuthority));
} finally {
  await authority.close();
  await rm(folder, { recursive: true, force: true });
}

type Pool = 'few' | 'many';

/** A pair in each scope. */
async function fill(pool: Pool, users: number): Promise<number> {
  const startMs = performance.now();
  for (let user = 0; user < users; user += CALLS) {
    const count = Math.min(CALLS, users - user);
    const calls = Array.from({ length: count }, (_, i) => requestOf(pool, user + i));
    await reserve(calls);
    await commit(calls);
  }
  return ((performance.now() - startMs) * 1000) / users;
}

function callsOf(pool: Pool, users: number) {
  return {
    make: (): ReserveRequest[] =>
      Array.from({ length: CALLS }, () => requestOf(pool, Math.floor(Math.random() * users))),
    carryOut: reserve,
    undo: commit,
  };
}

/** As they come over gRPC: a batch in one turn. */
function reserve(calls: readonly ReserveRequest[]): Promise<void> {
  return submit(calls.map((request) => ({ verb: 'reserve', request })));
}

function commit(calls: readonly ReserveRequest[]): Promise<void> {
  return submit(
    calls.map(({ id }) => ({ verb: 'commit', request: { id, usage, usageSource: 'provider' } })),
  );
}

function submit(batch: Parameters<LocalAuthority['submit']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = batch.length;
    const answered = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    authority.submit(batch, { answered, failed: (_, error) => reject(error as Error) });
  });
}

/** Two days later. */
async function sweep(): Promise<
  Pick<ScopesOfAuthority, 'bytes' | 'sweepLoopMaxMs' | 'sweepLoopP99Ms'>
> {
  const full = await usedBytes();
  aheadMs = 2 * DAY_MS + HORIZON_MS;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let looked = 0; looked < FEW + MANY; looked += LOOKS_AT_ONCE) {
    await authority.keepHouse();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  delay.disable();
  const bytes = (full - (await usedBytes())) / (FEW + MANY);
  const [sweepLoopMaxMs, sweepLoopP99Ms] = [delay.max / 1e6, delay.percentile(99) / 1e6];
  return { bytes, sweepLoopMaxMs, sweepLoopP99Ms };
}

function requestOf(pool: Pool, user: number): ReserveRequest {
  const labels = { pool, user: `user-${String(user).padStart(7, '0')}` };
  const call = { labels, provider: 'openai', model: 'gpt-4o-mini', operation: 'chat' };
  const estimate = {
    inputBound: { tokens: 900, exact: false },
    maxOutputTokens: 1000,
    choices: 1,
    clampable: true,
  };
  return { id: benchId(), call, estimate };
}
