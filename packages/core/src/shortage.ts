// The shortage ladder: which rung comes next when limits refuse a call.
import { type Budget, DEFAULT_LADDER, globMatches, type Rung } from './budget.ts';
import type { Refusal } from './decision.ts';

export interface ShortageInput {
  /** Budgets that refuse, in file order; each once. */
  readonly refusing: readonly Budget[];
  readonly refusals: readonly Refusal[];
  /** How long the caller is still ready to wait. */
  readonly maxWaitMs: number;
  readonly clampable: boolean;
  /** Undefined: the request can go to no other model. */
  readonly downgradable: Downgradable | undefined;
  /** Kinds of rungs that were taken already. */
  readonly tried: ReadonlySet<Rung['kind']>;
}

export interface Downgradable {
  /** The one that would be sent now. */
  readonly model: string;
  /** That one and all before it: none is sent again. */
  readonly tried: readonly string[];
}

/** A rung as it is taken. */
export type RungTaken =
  | { readonly kind: 'wait'; readonly maxWaitMs: number }
  | { readonly kind: 'clamp'; readonly minOutputTokens: number }
  | { readonly kind: 'downgrade'; readonly model: string }
  | { readonly kind: 'deny' };

/**
 * A rung is taken only if every refusing budget has it: in the order of the first refusing budget,
 * for the shortest wait, with the largest minimum, to the model that all agree on. Waiting makes sense
 * only where calls in flight can give room back, a clamp only where output is what does not fit.
 */
export function nextRung(input: ShortageInput): RungTaken {
  const { refusing, tried } = input;
  for (const { kind } of refusing[0]?.onShortage ?? DEFAULT_LADDER) {
    const shared = refusing.map(({ onShortage }) => onShortage.find((rung) => rung.kind === kind));
    if (tried.has(kind) || shared.includes(undefined)) continue;
    const taken = takenRung(kind, { ...input, shared: shared as readonly Rung[] });
    if (taken) return taken;
  }
  return { kind: 'deny' };
}

interface SharedRung extends ShortageInput {
  /** The rung of each refusing budget. */
  readonly shared: readonly Rung[];
}

/** Undefined: the rung is of no use here. */
function takenRung(kind: Rung['kind'], input: SharedRung): RungTaken | undefined {
  const { shared, refusing, refusals, maxWaitMs, clampable, downgradable } = input;
  switch (kind) {
    case 'wait': {
      if (!refusals.every(({ reason }) => reason === 'IN_FLIGHT')) return undefined;
      const waits = shared.map((rung) => (rung.kind === 'wait' ? rung.maxWaitMs : 0));
      const shortestMs = Math.min(maxWaitMs, ...waits);
      return shortestMs > 0 ? { kind, maxWaitMs: shortestMs } : undefined;
    }
    case 'clamp': {
      if (!clampable || refusals.some(({ reason }) => reason === 'UNPRICED')) return undefined;
      const minima = shared.map((rung) => (rung.kind === 'clamp' ? rung.minOutputTokens : 0));
      return { kind, minOutputTokens: Math.max(...minima) };
    }
    case 'downgrade': {
      const model = downgradable && agreedDowngrade(refusing, downgradable);
      return model === undefined ? undefined : { kind, model };
    }
    case 'deny':
      return { kind };
  }
}

/** The model that all of these budgets would send instead; undefined: there is no such model. */
export function agreedDowngrade(
  budgets: readonly Budget[],
  { model, tried }: Downgradable,
): string | undefined {
  const targets = budgets.map((budget) => downgradeOf(budget, model));
  const [target] = targets;
  const agree = targets.every((each) => each === target);
  return agree && target !== undefined && !tried.includes(target) ? target : undefined;
}

/** By the model's own name, else by the first glob that matches it. */
function downgradeOf({ onShortage }: Budget, model: string): string | undefined {
  const rung = onShortage.find(({ kind }) => kind === 'downgrade');
  if (rung?.kind !== 'downgrade') return undefined;
  if (Object.hasOwn(rung.models, model)) return rung.models[model];
  return Object.entries(rung.models).find(([pattern]) => globMatches(pattern, model))?.[1];
}

/** The share of a ceiling from which on a budget sends another model; undefined: only on shortage. */
export function downgradeShare({ onShortage, mode }: Budget): number | undefined {
  const rung = mode === 'shadow' ? undefined : onShortage.find(({ kind }) => kind === 'downgrade');
  return rung?.kind === 'downgrade' ? rung.from : undefined;
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
