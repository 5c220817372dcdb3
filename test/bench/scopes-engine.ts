// Engine and admission in one thread, with few scopes and with many: what a reserve and a scope take.
import {
  type Admission,
  budgetOf,
  type Call,
  draftReserve,
  Engine,
  HORIZON_MS,
  type LimitEntry,
  parseLimit,
  prepare,
  settleAmounts,
  usageOf,
} from '@spendfuse/core';
import { benchId } from './budgets.ts';
import { usedBytes } from './heap.ts';
import { inTurns, type Taken } from './in-turns.ts';
import { percentiles } from './load.ts';

/** Bytes are for each scope. */
export interface ScopesOfEngine {
  readonly few: Taken;
  readonly many: Taken;
  readonly bytes: number;
  readonly preparedBytes: number;
  readonly countersBytes: number;
  /** Of refs: keys, labels and their values. */
  readonly namesBytes: number;
  /** What all of it comes to when closed windows were forgotten. */
  readonly forgottenBytes: number;
  readonly sweepTurns: number;
  readonly sweepP50Ms: number;
  readonly sweepMaxMs: number;
  /** The longest that the first call of a scope took. */
  readonly firstCallMaxMs: number;
}

interface World {
  readonly admission: Admission;
  readonly engine: Engine<undefined>;
}

const FEW = 1000;
const MANY = Number(process.argv[2] ?? 1_000_000);
const CALLS = 100;
const ROUNDS = 1000;
/** As long as housekeeping sweeps once a second. */
const FORGET_FOR_MS = 4;
const DAY_MS = 86_400_000;

const nowMs = Date.now();
const budget = budgetOf({ id: 'users', per: ['user'], limits: [parseLimit('$9000000/day')] });
const worst = {
  inputTokens: 900,
  outputTokens: 1000,
  costNanoUsd: 735_000,
  inputCostNanoUsd: 135_000,
};
const actual = { usage: usageOf({ inputTokens: 800, outputTokens: 400 }), costNanoUsd: 360_000 };

const few = newWorld();
const before = await usedBytes();
let many: World | undefined = newWorld();
const firstCallMaxMs = fill(many);
const full = await usedBytes();
const times = await inTurns({
  cases: { few: callsOf(few, FEW), many: callsOf(many, MANY) },
  callsPerBlock: CALLS,
  rounds: ROUNDS,
});
let engine: World['engine'] | undefined = many.engine;
const warm = await usedBytes();
many = undefined;
const unprepared = await usedBytes();
let refs: unknown[] | undefined = [...engine.counters('users')];
const withRefs = await usedBytes();
const sweepsMs = sweep(engine);
const swept = await usedBytes();
engine = undefined;
const named = (await usedBytes()) - 8 * refs.length;
refs = undefined;
const result: ScopesOfEngine = {
  ...times,
  bytes: perScope(full - before),
  preparedBytes: perScope(warm - unprepared),
  countersBytes: perScope(withRefs - swept),
  namesBytes: perScope(named - before),
  forgottenBytes: swept - named,
  sweepTurns: sweepsMs.length,
  sweepP50Ms: percentiles(sweepsMs).p50Ms,
  sweepMaxMs: percentiles(sweepsMs).maxMs,
  firstCallMaxMs,
};
console.log(JSON.stringify(result));

function newWorld(): World {
  return { admission: prepare([budget]), engine: new Engine({ maxSettled: 1000 }) };
}

/** One pair in each scope; says how long the longest took. */
function fill(world: World): number {
  let maxMs = 0;
  for (let user = 0; user < MANY; user++) {
    const startMs = performance.now();
    const calls = [{ id: benchId(), call: callOfUser(user), entries: [] }];
    reserve(world, calls);
    commit(world, calls);
    maxMs = Math.max(maxMs, performance.now() - startMs);
  }
  return maxMs;
}

interface BenchCall {
  readonly id: string;
  readonly call: Call;
  entries: readonly LimitEntry[];
}

function callsOf(world: World, users: number) {
  return {
    make: (): BenchCall[] =>
      Array.from({ length: CALLS }, () => {
        const call = callOfUser(Math.floor(Math.random() * users));
        return { id: benchId(), call, entries: [] };
      }),
    carryOut: (calls: BenchCall[]) => reserve(world, calls),
    undo: (calls: BenchCall[]) => commit(world, calls),
  };
}

function reserve({ admission, engine }: World, calls: BenchCall[]): void {
  const common = { nowMs, meta: undefined, fingerprint: 1, expiresAtMs: nowMs + 120_000 };
  for (const each of calls) {
    const { id, call } = each;
    const { entries } = draftReserve({ matching: admission.matching(call), call, worst, nowMs });
    engine.reserve({ ...common, id, entries });
    each.entries = entries;
  }
}

function commit({ engine }: World, calls: BenchCall[]): void {
  const common = { nowMs, meta: undefined, fingerprint: 1 };
  for (const { id, entries } of calls) {
    engine.commit({ ...common, id, amounts: settleAmounts(entries, actual) });
  }
}

function callOfUser(user: number): Call {
  const labels = { user: `user-${String(user).padStart(7, '0')}` };
  return { labels, provider: 'openai', model: 'gpt-4o-mini', operation: 'chat' };
}

/** Two days later: how long each turn of the sweep took, until nothing was left. */
function sweep(of: World['engine']): number[] {
  const turnsMs: number[] = [];
  for (let left = MANY; left > 0; ) {
    const startMs = performance.now();
    const isTimeUp = () => performance.now() - startMs >= FORGET_FOR_MS;
    const request = { nowMs: nowMs + 2 * DAY_MS + HORIZON_MS, max: Infinity, isTimeUp };
    left -= of.forget(request).length;
    turnsMs.push(performance.now() - startMs);
  }
  return turnsMs;
}

function perScope(bytes: number): number {
  return bytes / MANY;
}
