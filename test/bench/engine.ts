// The engine alone: reserve and commit over the bench's budgets, in one thread, without a journal.
import { draftReserve, Engine, prepare, settleAmounts, usageOf } from '@spendfuse/core';
import { benchBudgets, benchReserve } from './budgets.ts';

const WARM_UP_PAIRS = 50_000;
const PAIRS = 300_000;

const admission = prepare(benchBudgets);
const engine = new Engine<undefined>({ maxSettled: 200_000 });
const worst = {
  inputTokens: 900,
  outputTokens: 1000,
  costNanoUsd: 735_000,
  inputCostNanoUsd: 135_000,
};
const actual = { usage: usageOf({ inputTokens: 800, outputTokens: 400 }), costNanoUsd: 360_000 };

function pairs(count: number): void {
  for (let n = 0; n < count; n++) {
    const { id, call } = benchReserve(n);
    const nowMs = Date.now();
    const { entries } = draftReserve({ matching: admission.matching(call), call, worst, nowMs });
    const expiresAtMs = nowMs + 120_000;
    engine.reserve({ id, fingerprint: n, nowMs, expiresAtMs, entries, meta: undefined });
    const amounts = settleAmounts(entries, actual);
    engine.commit({ id, fingerprint: n, nowMs, amounts, meta: undefined });
  }
}

pairs(WARM_UP_PAIRS);
const startMs = performance.now();
const before = process.cpuUsage();
pairs(PAIRS);
const { user, system } = process.cpuUsage(before);
const perSecond = (PAIRS / (performance.now() - startMs)) * 1000;
console.log(JSON.stringify({ perSecond, cpuMicrosPerPair: (user + system) / PAIRS }));
