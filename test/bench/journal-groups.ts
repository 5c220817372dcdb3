// The store's journal, and a bare node:sqlite commit of the same rows and bytes, in turns.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { EntryMeta } from '@spendfuse/authority';
import {
  draftReserve,
  Engine,
  type LedgerRecord,
  prepare,
  settleAmounts,
  usageOf,
} from '@spendfuse/core';
import { benchBudgets, benchReserve } from './budgets.ts';
import type { BareGroup } from './journal-bare.ts';
import { loadJournal } from './journal-parts.ts';

export interface GroupsRow {
  readonly pairs: number;
  /** Of a group as a row. */
  readonly bytes: number;
  readonly journalPerSecond: number;
  readonly barePerSecond: number;
  /** Of the groups alone, that is without their making: what this thread spends on each. */
  readonly mainThreadUs: number;
}

const [pairs = 64, turns = 8] = process.argv.slice(2).map(Number);
const GROUPS = 32;
/** As many callers wait for an answer as make three groups. */
const IN_FLIGHT = 3;

const { Journal, Encoder, readGroup } = await loadJournal();

/** What the engine hands on. */
type Records = readonly (readonly [LedgerRecord<EntryMeta>, EntryMeta | undefined])[];
const admission = prepare(benchBudgets);
const engine = new Engine<EntryMeta>({ onRecord: (...record) => records.push(record) });
let records: [LedgerRecord<EntryMeta>, EntryMeta | undefined][] = [];
let calls = 0;
const worst = {
  inputTokens: 900,
  outputTokens: 1000,
  costNanoUsd: 735_000,
  inputCostNanoUsd: 135_000,
};
const usage = usageOf({ inputTokens: 800, outputTokens: 400 });

const folder = await mkdtemp(join(tmpdir(), 'spendfuse-bench-'));
const journal = new Journal({
  data: {
    folder,
    durability: 'disk',
    isNewAllowed: true,
    owner: { pid: process.pid, since: new Date().toISOString(), command: 'bench' },
  },
  encoder: new Encoder(),
  onFail: (error) => {
    throw error;
  },
});
await journal.opened();
const bare = new Worker(new URL('journal-bare.ts', import.meta.url), {
  workerData: join(folder, 'bare.db'),
});
/** Makes what the bare commit is given. */
const encoder = new Encoder();
try {
  const taken = { journalMs: 0, bareMs: 0, cpuUs: 0, bytes: 0 };
  for (let turn = -2; turn < turns; turn++) {
    const groups = Array.from({ length: GROUPS }, makeGroup);
    const journalled = await journalAll(groups);
    const bared = await bareAll(groups);
    if (turn < 0) continue;
    taken.journalMs += journalled.ms;
    taken.cpuUs += journalled.cpuUs;
    taken.bareMs += bared.ms;
    taken.bytes += bared.bytes;
  }
  const count = turns * GROUPS;
  const row: GroupsRow = {
    pairs,
    bytes: taken.bytes / count,
    journalPerSecond: (count / taken.journalMs) * 1000,
    barePerSecond: (count / taken.bareMs) * 1000,
    mainThreadUs: taken.cpuUs / count,
  };
  console.log(JSON.stringify(row));
} finally {
  await journal.close();
  await bare.terminate();
  await rm(folder, { recursive: true, force: true });
}

/** Reserves and commits of calls that run beside each other. */
function makeGroup(): Records {
  records = [];
  const nowMs = Date.now();
  const held = { costNanoUsd: 735_000, tokens: 1900 };
  const open = Array.from({ length: pairs }, () => {
    const { id, call } = benchReserve(calls++);
    const { entries } = draftReserve({ matching: admission.matching(call), call, worst, nowMs });
    const meta = { kind: 'reserve', call, held, waitedMs: 0 } as const;
    engine.reserve({ id, nowMs, fingerprint: 1, expiresAtMs: nowMs + 120_000, entries, meta });
    return { id, call, entries };
  });
  for (const { id, call, entries } of open) {
    const costNanoUsd = 360_000;
    const paid = { costNanoUsd, catalogue: '2026-01-01', overrunNanoUsd: 0 };
    const meta = { kind: 'commit', call, usage, usageSource: 'provider', ...paid } as const;
    const amounts = settleAmounts(entries, { usage, costNanoUsd });
    engine.commit({ id, nowMs, fingerprint: 1, amounts, meta });
  }
  return records;
}

/** While groups are written the next is taken in, in a turn of the event loop of its own, as under load. */
async function journalAll(groups: readonly Records[]): Promise<{ ms: number; cpuUs: number }> {
  const cpu = process.threadCpuUsage();
  const startMs = performance.now();
  const waiting: Promise<void>[] = [];
  for (const group of groups) {
    for (const [record, begun] of group) journal.append(record, begun);
    waiting.push(journal.durable());
    await turn();
    if (waiting.length > IN_FLIGHT) await waiting.shift();
  }
  await Promise.all(waiting);
  const ms = performance.now() - startMs;
  const { user, system } = process.threadCpuUsage(cpu);
  return { ms, cpuUs: user + system };
}

/** Each is counted from its BEGIN to the end of its COMMIT. */
async function bareAll(groups: readonly Records[]): Promise<{ ms: number; bytes: number }> {
  const sum = { ms: 0, bytes: 0 };
  for (const group of groups) {
    for (const [record, begun] of group) encoder.add(record, begun);
    const { body, atMs, keys } = readGroup(encoder.take().packed);
    const bareGroup: BareGroup = { body, atMs, crc: crc32(body), keys };
    bare.postMessage(bareGroup);
    const [ms] = (await once(bare, 'message')) as [number];
    sum.ms += ms;
    sum.bytes += body.length;
  }
  return sum;
}
