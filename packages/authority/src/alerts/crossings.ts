// Crossings: which alerts a counter is due, and what has to be remembered so that none is sent twice.
import { type Budget, type CountedWindow, formatWindow, type Unit } from '@spendfuse/core';
import type { AlertContent, LimitFacts } from './alert.ts';
import { labelsOf } from './scope-labels.ts';

/** A counter as it stands, with the limit that it counts for. */
export interface Standing {
  readonly budget: Pick<Budget, 'id' | 'alerts' | 'mode'>;
  /** Of core's `scopeKeyOf`. */
  readonly scopeKey: string;
  readonly unit: Unit;
  readonly window: CountedWindow;
  /** The start of the period; 0 where the window has no periods. */
  readonly period: number;
  /** The amount in force; undefined: not known now, so nothing is said. */
  readonly limit: number | undefined;
  readonly committed: number;
  readonly reserved: number;
  readonly resetAtMs: number | undefined;
}

/** What was told of a counter in a period; JSON, kept in the ledger. */
export interface Sent {
  readonly period: number;
  /** By threshold (`0.8`) or `overdraft`. */
  readonly marks: Readonly<Record<string, Mark>>;
}

interface Mark {
  readonly sentMs: number;
  /** False: it has been below since, and may be told again once it has been quiet for a while. */
  readonly above: boolean;
}

export interface CrossingsInput {
  readonly before: Sent | undefined;
  readonly now: Standing;
  readonly nowMs: number;
}

export interface Crossings {
  readonly alerts: readonly AlertContent[];
  /** Undefined: nothing has to be remembered. */
  readonly sent: Sent | undefined;
}

/**
 * Contract: a threshold is told once per period, when what is spent reaches it; of several reached at
 * once only the highest. It can be told again in the same period only after spending fell below it,
 * which takes a reset or another amount (or, in a rolling window, time), and not within `quietMs`.
 * With `repeatMs` the highest one reached is told again for as long as it is reached. An overdraft is
 * told once each time that it begins.
 */
export function crossings({ before, now, nowMs }: CrossingsInput): Crossings {
  const { limit } = now;
  if (limit === undefined) return { alerts: [], sent: before };
  const { thresholds, repeatMs } = now.budget.alerts;
  const used = usedOf(now);
  // Divided, not multiplied: 55 of 100 is 0.55 exactly, but 0.55 * 100 is more than 55.
  const isReached = (threshold: number) => used > 0 && used / limit >= threshold;
  const isAbove = now.committed + now.reserved > limit;
  // Most counters, most of the time.
  if (!before && !isAbove && !isReached(thresholds[0] ?? Infinity)) return NOTHING;
  const known = before?.period === now.period ? before.marks : {};
  const highest = thresholds.findLast(isReached);
  const alerts: AlertContent[] = [];
  const marks: Record<string, Mark> = {};
  const judge = (name: string, above: boolean, repeat?: number): Step => {
    const step = stepOf({
      mark: known[name],
      above,
      nowMs,
      quietMs: quietMs(now),
      repeatMs: repeat,
    });
    if (step.mark) marks[name] = step.mark;
    return step;
  };
  for (const threshold of thresholds) {
    const { told } = judge(String(threshold), isReached(threshold), repeatMs);
    if (!told || threshold !== highest) continue;
    const { mode } = now.budget;
    const repeated = told === 'again';
    alerts.push({ event: 'threshold', ...factsOf(now, limit), mode, threshold, repeated });
  }
  if (judge('overdraft', isAbove).told) {
    alerts.push({ event: 'overdraft', ...factsOf(now, limit), mode: now.budget.mode });
  }
  const isEmpty = Object.keys(marks).length === 0;
  return { alerts, sent: isEmpty ? undefined : { period: now.period, marks } };
}

const NOTHING: Crossings = { alerts: [], sent: undefined };

interface StepInput {
  readonly mark: Mark | undefined;
  readonly above: boolean;
  readonly nowMs: number;
  readonly quietMs: number;
  readonly repeatMs: number | undefined;
}

interface Step {
  readonly mark: Mark | undefined;
  readonly told?: 'first' | 'again';
}

function stepOf({ mark, above, nowMs, quietMs: quiet, repeatMs }: StepInput): Step {
  const fresh: Mark = { sentMs: nowMs, above: true };
  if (!mark) return above ? { mark: fresh, told: 'first' } : { mark };
  const sinceMs = nowMs - mark.sentMs;
  if (above && mark.above) {
    const isDue = repeatMs !== undefined && sinceMs >= repeatMs;
    return isDue ? { mark: fresh, told: 'again' } : { mark };
  }
  if (above) return sinceMs >= quiet ? { mark: fresh, told: 'first' } : { mark };
  if (sinceMs >= quiet) return { mark: undefined };
  return { mark: mark.above ? { ...mark, above: false } : mark };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Windows without periods go up and down all day; others only when somebody changes something. */
function quietMs({ window, unit }: Standing): number {
  if (window.kind === 'rolling') return Math.max(window.lengthMs, HOUR_MS);
  return unit === 'concurrency' ? HOUR_MS : 5 * MINUTE_MS;
}

/** What thresholds speak of: what is spent, not what calls in flight hold, for most of that comes back. */
function usedOf({ unit, committed, reserved }: Standing): number {
  return unit === 'concurrency' ? reserved : committed;
}

function factsOf(standing: Standing, limit: number): LimitFacts {
  const { unit, committed, reserved, resetAtMs } = standing;
  const budget = standing.budget.id;
  const scope = labelsOf(standing.scopeKey);
  const window = formatWindow(standing.window);
  return { budget, scope, unit, window, limit, committed, reserved, resetAtMs };
}

/** Whether two memories say the same, so that nothing has to be written. */
export function isSame(a: Sent | undefined, b: Sent | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.period !== b.period) return false;
  const names = Object.keys(a.marks);
  return (
    names.length === Object.keys(b.marks).length &&
    names.every((name) => {
      const [one, other] = [a.marks[name], b.marks[name]];
      return one?.sentMs === other?.sentMs && one?.above === other?.above;
    })
  );
}
