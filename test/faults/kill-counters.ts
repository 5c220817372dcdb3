// The counters against what callers know: sums have bounds, which are one number once all is settled.
import type { Balance } from '@spendfuse/core';
import { type Act, isAcknowledged, type KnownCall, type Model } from './kill-model.ts';

/** As `kill-config.ts` has them: which calls a budget counts. */
export interface CountedCalls {
  readonly budget: string;
  readonly counts: (call: KnownCall) => boolean;
}

export interface CounterCheck {
  readonly model: Model;
  readonly budgets: readonly CountedCalls[];
  /** Of the budget `swept`. */
  readonly resets: readonly Act[];
  readonly balances: readonly Balance[];
  /** The history before was compared: what has no entry there has not happened then. */
  readonly notedMs: number;
  /** When the balances were asked for, and when they came. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface Part {
  readonly committed: number;
  readonly reserved: number;
}

const NOTHING: Part = { committed: 0, reserved: 0 };

/** One sentence for each counter that is out of its bounds. */
export function wrongCounters(check: CounterCheck): readonly string[] {
  return check.balances.flatMap((balance) => {
    const [least, most] = boundsOf(balance, check);
    const { budget, scope, unit, window } = balance;
    return (['committed', 'reserved'] as const)
      .filter((what) => balance[what] < least[what] || balance[what] > most[what])
      .map(
        (what) =>
          `${budget} ${JSON.stringify(scope)} ${unit}@${window}: ${balance[what]} ${what}, ` +
          `not ${least[what]} to ${most[what]}`,
      );
  });
}

function boundsOf(balance: Balance, check: CounterCheck): readonly [Part, Part] {
  const least = { committed: 0, reserved: 0 };
  const most = { committed: 0, reserved: 0 };
  const counts = check.budgets.find(({ budget }) => budget === balance.budget)?.counts;
  for (const call of check.model.calls.values()) {
    if (!counts?.(call) || !isIn(balance.scope, call)) continue;
    const parts = partsOf(call, balance, check);
    for (const what of ['committed', 'reserved'] as const) {
      least[what] += Math.min(...parts.map((part) => part[what]));
      most[what] += Math.max(...parts.map((part) => part[what]));
    }
  }
  return [least, most];
}

function isIn(scope: Balance['scope'], { user, team }: KnownCall): boolean {
  return (scope['user'] ?? user) === user && (scope['team'] ?? team) === team;
}

/** What a call may add to a counter. */
function partsOf(call: KnownCall, balance: Balance, check: CounterCheck): readonly Part[] {
  const place = placeIn(balance.window, call, check);
  if (place === 'outside') return [NOTHING];
  const parts = statesOf(call, amountsIn(balance.unit, call), check);
  const all =
    balance.budget === 'swept' ? parts.flatMap((each) => swept(each, call, check)) : parts;
  return place === 'inside' ? all : [NOTHING, ...all];
}

interface Amounts {
  readonly held: number;
  readonly used: number;
  readonly expired: number;
  readonly released: number;
}

function amountsIn(unit: string, { held, used, wasSent }: KnownCall): Amounts {
  if (unit === 'concurrency') return { held: 1, used: 0, expired: 0, released: 0 };
  if (unit === 'requests') return { held: 1, used: 1, expired: 1, released: wasSent ? 1 : 0 };
  // A token costs one nano-USD.
  return { held, used, expired: held, released: 0 };
}

/** The states that a call may be in. */
function statesOf(call: KnownCall, amounts: Amounts, check: CounterCheck): readonly Part[] {
  const { acts, expiresAtMs, found } = call;
  const ended = (committed: number): Part => ({ committed, reserved: 0 });
  if (isAcknowledged(acts.record) || found['record']) return [ended(amounts.used)];
  if (isAcknowledged(acts.commit) || found['commit']) return [ended(amounts.used)];
  if (isAcknowledged(acts.release)) return [ended(amounts.released)];
  // The client's own, of a reserve that it has given up, says that nothing was sent.
  if (found['release']) return acts.release.length > 0 ? [ended(amounts.released)] : [NOTHING];
  if (acts.record.length > 0) return [NOTHING, ended(amounts.used)];
  const isGranted = isAcknowledged(acts.reserve);
  if (!isGranted && !mayBeThere(call, check)) return [NOTHING];
  const states: Part[] = [];
  if (found['expire']) states.push(ended(amounts.expired));
  else states.push({ committed: 0, reserved: amounts.held });
  if (acts.commit.length > 0) states.push(ended(amounts.used));
  if (acts.release.length > 0) states.push(ended(amounts.released));
  if (check.toMs >= expiresAtMs) states.push(ended(amounts.expired));
  if (isGranted) return states;
  // Not heard of: not there, held, given up by the client, or expired.
  return [NOTHING, ...states, ended(amounts.expired)];
}

/** A reserve that was not acknowledged. */
function mayBeThere({ acts, found }: KnownCall, { notedMs }: CounterCheck): boolean {
  if (found['reserve']) return true;
  return acts.reserve.some(({ fate, endedAtMs }) => fate !== 'refused' && endedAtMs >= notedMs);
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KATHMANDU_MS = 5.75 * 3_600_000;

type Place = 'inside' | 'outside' | 'either';

/** Whether a call counts in the window as it was when the balances were read. */
function placeIn(window: string, call: KnownCall, { fromMs, toMs }: CounterCheck): Place {
  const [reserve] = call.acts.reserve;
  const lo = call.madeAtMs ?? reserve?.sentAtMs ?? fromMs;
  const hi = call.madeAtMs ?? Math.min(reserve?.endedAtMs ?? toMs, toMs);
  if (window === 'lifetime') return 'inside';
  if (window === 'rolling 60s') {
    if (lo > toMs - MINUTE_MS) return 'inside';
    // At most one granule pessimistic.
    return hi < fromMs - MINUTE_MS - 1000 ? 'outside' : 'either';
  }
  if (window !== 'day') throw new Error(`no expectation of a window "${window}"`);
  const day = (ms: number): number => Math.floor((ms + KATHMANDU_MS) / DAY_MS);
  if (day(hi) < day(fromMs)) return 'outside';
  return day(lo) === day(toMs) ? 'inside' : 'either';
}

/** What resets leave: what was committed before them is gone, what was reserved is not. */
function swept(part: Part, call: KnownCall, { resets }: CounterCheck): readonly Part[] {
  if (part.committed === 0 || resets.length === 0) return [part];
  const ends = [...call.acts.commit, ...call.acts.release, ...call.acts.record];
  const cleared = { committed: 0, reserved: part.reserved };
  const doneAtMs = Math.min(
    ...ends.filter(({ fate }) => fate === 'acknowledged').map(({ endedAtMs }) => endedAtMs),
  );
  const isGone = resets.some(
    ({ fate, sentAtMs }) => fate === 'acknowledged' && sentAtMs > doneAtMs,
  );
  if (isGone) return [cleared];
  const firstSentMs = Math.min(...ends.map(({ sentAtMs }) => sentAtMs));
  const isLater = resets.every(({ endedAtMs }) => endedAtMs < firstSentMs);
  return isLater && ends.length > 0 ? [part] : [part, cleared];
}
