// Random verbs, snapshots, purges and restarts on the durable store: it verifies, and shows the same (L12).
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteLedger, verify } from '@spendfuse/authority';
import type { Ledger } from '@spendfuse/core';
import {
  entry,
  NOON_MS,
  recordPlan,
  reservePlan,
  settleRequest,
  standing,
  tempFolder,
  testId,
  type TestMeta,
} from '@spendfuse/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEYS = ['life', 'day', 'rolling', 'idle'] as const;

/** An entry of a counter with a window of its own. */
function entryAt(key: (typeof KEYS)[number], nowMs: number, amount: number) {
  const day = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const granule = Math.floor(nowMs / HOUR_MS);
  const window = {
    life: { bucket: 0, oldestBucket: 0, forgetAtMs: Number.POSITIVE_INFINITY },
    idle: { bucket: 0, oldestBucket: 0, forgetAtMs: nowMs + 3 * DAY_MS },
    day: { bucket: day, oldestBucket: day, forgetAtMs: day + 2 * DAY_MS },
    rolling: { bucket: granule, oldestBucket: granule - 6, forgetAtMs: (granule + 31) * HOUR_MS },
  }[key];
  return entry(key, { ...window, amount, ceiling: 1e9, expireAmount: Math.ceil(amount / 2) });
}

type Command =
  | {
      readonly verb: 'reserve' | 'record';
      readonly amount: number;
      readonly keys: readonly number[];
    }
  | {
      readonly verb: 'commit' | 'release' | 'extend' | 'grow';
      readonly pick: number;
      readonly amount: number;
    }
  | { readonly verb: 'pass'; readonly ms: number }
  | { readonly verb: 'reset' | 'put' | 'note' | 'snapshot' | 'purge' | 'reopen' };

const amount = fc.integer({ min: 0, max: 50 });
const pick = fc.nat({ max: 9 });
const keys = fc.uniqueArray(fc.nat({ max: KEYS.length - 1 }), { minLength: 1, maxLength: 4 });
const one = <T extends string>(...verbs: readonly T[]) => fc.constantFrom(...verbs);
const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ verb: one('reserve', 'record'), amount, keys }) },
  {
    weight: 5,
    arbitrary: fc.record({ verb: one('commit', 'release', 'extend', 'grow'), pick, amount }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ verb: one('pass'), ms: fc.integer({ min: 0, max: 40 * HOUR_MS }) }),
  },
  { weight: 2, arbitrary: fc.record({ verb: one('reset', 'put', 'note', 'snapshot', 'reopen') }) },
  { weight: 2, arbitrary: fc.record({ verb: one('purge') }) },
);

/** What a ledger shows to the outside, from which it can be told from another. */
function shown(ledger: Ledger<TestMeta>, nowMs: number) {
  // Twice: the sweep goes on where it stopped, and ends with the last counter.
  for (let i = 0; i < 2; i++) ledger.forget({ nowMs, max: 100 });
  const sums = KEYS.map((key) => standing(ledger, key, entryAt(key, nowMs, 0).oldestBucket));
  return { sums, documents: ledger.documents('') };
}

const RUNS = process.env['SPENDFUSE_TEST_LONG'] ? 500 : 8;

it(
  `verifies after ${RUNS} sequences of up to 60 commands, and a restart shows the same`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commands, { maxLength: 60, size: 'max' }), async (sequence) => {
        await using scratch = await tempFolder();
        await run(sequence, scratch.path);
      }),
      // Each run takes a second or two: a sequence that fails is shown as it is.
      { numRuns: RUNS, endOnFailure: true },
    );
  },
  RUNS * 4000 + 30_000,
);

async function run(sequence: readonly Command[], path: string): Promise<void> {
  let nowMs = NOON_MS;
  const opened = () =>
    openSqliteLedger<TestMeta>({
      folder: path,
      durability: 'process',
      nowMs: () => nowMs,
      maxSettled: 4,
      retentionMs: 2 * DAY_MS,
    });
  let ledger = await opened();
  const ids: string[] = [];
  try {
    for (const command of sequence) {
      if (command.verb === 'pass') {
        nowMs += command.ms;
        await ledger.expire({ nowMs, max: 100 });
        ledger.forget({ nowMs, max: 2 });
      } else if (command.verb === 'reopen') {
        const before = shown(ledger, nowMs);
        await ledger.close();
        expect((await verify({ folder: path })).findings).toEqual([]);
        ledger = await opened();
        expect(shown(ledger, nowMs)).toEqual(before);
      } else await step(command, { ledger, nowMs, ids });
    }
    expect((await verify({ folder: path })).findings).toEqual([]);
    const before = shown(ledger, nowMs);
    await ledger.close();
    for (const kept of [1, 0]) {
      // Without the newest snapshot, then without any, the state is the same.
      const snapshots = readdirSync(path).filter((name) => name.startsWith('snapshot-'));
      for (const name of snapshots.slice(kept)) writeFileSync(join(path, name), 'torn');
      ledger = await opened();
      expect(shown(ledger, nowMs)).toEqual(before);
      await ledger.close();
    }
  } finally {
    await ledger.close();
  }
}

interface World {
  readonly ledger: Awaited<ReturnType<typeof openSqliteLedger<TestMeta>>>;
  readonly nowMs: number;
  readonly ids: string[];
}

async function step(command: Exclude<Command, { verb: 'pass' }>, world: World): Promise<void> {
  const { ledger, nowMs, ids } = world;
  const meta = { note: command.verb };
  if (command.verb === 'reserve' || command.verb === 'record') {
    const entries = command.keys.map((n) => entryAt(KEYS[n] ?? 'life', nowMs, command.amount));
    const plan = { id: testId(nowMs), nowMs, entries };
    ids.push(plan.id);
    if (command.verb === 'record') await ledger.record(recordPlan(plan));
    else await ledger.reserve(reservePlan({ ...plan, expiresAtMs: nowMs + 2 * HOUR_MS }));
  } else if ('pick' in command) {
    const id = ids.at(-1 - command.pick) ?? testId(nowMs);
    const held = await ledger.find(id).catch(() => undefined);
    const amounts = held?.entries.map(() => command.amount) ?? [];
    const request = settleRequest({ id, nowMs, amounts });
    const expiresAtMs = nowMs + 3 * HOUR_MS;
    const entries = held?.entries.map((each) => {
      return { ...entryAt('life', nowMs, 0), ...each, amount: each.amount + command.amount };
    });
    // Every refusal is fine, so long as the folder verifies.
    await {
      commit: () => ledger.commit(request),
      release: () => ledger.release(request),
      extend: () => ledger.extend({ id, nowMs, expiresAtMs }),
      grow: () => ledger.extend({ id, nowMs, expiresAtMs, entries }),
    }
      [command.verb]()
      .catch(() => undefined);
  } else if (command.verb === 'reset') {
    await ledger.reset({ id: testId(nowMs), nowMs, budget: 'life', scope: undefined, meta });
  } else if (command.verb === 'put') {
    const value = nowMs % 3 === 0 ? null : { nowMs };
    await ledger.put({ id: testId(nowMs), nowMs, key: `budget/${nowMs % 5}`, value, meta });
  } else if (command.verb === 'note') {
    await ledger.settle({ id: testId(nowMs), nowMs, meta });
  } else if (command.verb === 'snapshot') await ledger.snapshot();
  else if (command.verb === 'purge') await ledger.purge();
}
