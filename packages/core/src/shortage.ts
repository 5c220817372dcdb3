// The shortage ladder: which rung comes next when limits refuse a call.
import { type Budget, DEFAULT_LADDER, type Rung } from './budget.ts';
import type { Refusal } from './decision.ts';

export interface ShortageInput {
  /** Budgets that refuse, in file order; each once. */
  readonly refusing: readonly Budget[];
  readonly refusals: readonly Refusal[];
  /** How long the caller is still ready to wait. */
  readonly maxWaitMs: number;
  readonly clampable: boolean;
  /** Kinds of rungs that were taken already. */
  readonly tried: ReadonlySet<Rung['kind']>;
}

/**
 * A rung is taken only if every refusing budget has it: in the order of the first refusing budget,
 * for the shortest wait, with the largest minimum. Waiting makes sense only where calls in flight can
 * give room back, a clamp only where output is what does not fit.
 */
export function nextRung(input: ShortageInput): Rung {
  const { refusing, refusals, maxWaitMs, clampable, tried } = input;
  const onlyInFlight = refusals.every(({ reason }) => reason === 'IN_FLIGHT');
  const hopeless = refusals.some(({ reason }) => reason === 'UNPRICED');
  for (const rung of refusing[0]?.onShortage ?? DEFAULT_LADDER) {
    const shared = refusing.map((budget) =>
      budget.onShortage.find(({ kind }) => kind === rung.kind),
    );
    if (tried.has(rung.kind) || shared.includes(undefined)) continue;
    if (rung.kind === 'deny') return rung;
    if (rung.kind === 'wait' && onlyInFlight) {
      const waits = shared.map((each) => (each?.kind === 'wait' ? each.maxWaitMs : 0));
      const shortest = Math.min(maxWaitMs, ...waits);
      if (shortest > 0) return { kind: 'wait', maxWaitMs: shortest };
    }
    if (rung.kind === 'clamp' && clampable && !hopeless) {
      const minima = shared.map((each) => (each?.kind === 'clamp' ? each.minOutputTokens : 0));
      return { kind: 'clamp', minOutputTokens: Math.max(...minima) };
    }
  }
  return { kind: 'deny' };
}

/** The largest number in `[least, most]` that fits, or undefined; `fits` holds up to some point. */
export function largestThatFits(
  range: { readonly least: number; readonly most: number },
  fits: (value: number) => boolean,
): number | undefined {
  let { least: good, most } = range;
  if (good > most || !fits(good)) return undefined;
  while (good < most) {
    const middle = Math.ceil((good + most) / 2);
    if (fits(middle)) good = middle;
    else most = middle - 1;
  }
  return good;
}
