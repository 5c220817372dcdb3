// Budget and Limit, and which budgets match a call.
import { type Call, labelOf } from './subject.ts';
import type { Window } from './window.ts';

/** What the authority counts by itself. */
export type BuiltInUnit =
  | 'cost'
  | 'tokens'
  | 'input_tokens'
  | 'output_tokens'
  | 'requests'
  | 'concurrency';

/** A built-in unit, or a custom one (`tool_calls`): `[a-z][a-z0-9_]{0,62}`, amounts given by the caller. */
export type Unit = BuiltInUnit | (string & {});

/** One ceiling. */
export interface Limit {
  readonly unit: Unit;
  readonly amount: LimitAmount;
  readonly window: Window;
}

/** Nano-USD for `cost`, else a count. */
export type LimitAmount = number | AmountByLabel;

/** An amount by plan: which one holds is told by a label of the call. */
export interface AmountByLabel {
  readonly by: string;
  readonly values: Readonly<Record<string, number>>;
  /** For calls without the label, or with another value. */
  readonly default: number;
}

/** What to do when a limit has no room, tried in order. */
export type Rung =
  | { readonly kind: 'wait'; readonly maxWaitMs: number }
  | { readonly kind: 'clamp'; readonly minOutputTokens: number }
  | Downgrade
  | { readonly kind: 'deny' };

/** Another model of the same provider, on shortage or from a share of the ceiling on. */
export interface Downgrade {
  readonly kind: 'downgrade';
  /** 0.95: as soon as reserved and committed reach 95 % of the amount. Undefined: on shortage only. */
  readonly from?: number | undefined;
  /** From the model asked for to the one to send. */
  readonly models: Readonly<Record<string, string>>;
}

/** What an expired reservation is charged: all of it, its input part, or nothing (L5). */
export type OnExpire = 'charge' | 'input' | 'release';

export interface Budget {
  /** `[a-z][a-z0-9_.-]{0,62}`, unique. Part of every counter's identity. */
  readonly id: string;
  /** Every label named here must match one of its patterns: exact, `*` as a glob, `!` to negate. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  /** One set of counters per distinct value of these labels. */
  readonly per: readonly string[];
  readonly limits: readonly Limit[];
  /** `shadow` decides and reports, never refuses. */
  readonly mode: 'enforce' | 'shadow';
  readonly onShortage: readonly Rung[];
  readonly onExpire: OnExpire;
  /** How much of the output a reserve takes: all it can become, or what is usual, extended on the way. */
  readonly hold: 'worst-case' | 'adaptive';
  /** Whether a call of unknown price may be priced by the configured fallback (L7). */
  readonly unpriced: 'deny' | 'fallback';
  /** Whether a call is admitted whose bound the provider may exceed by input that is not in it. */
  readonly softBound: 'allow' | 'deny';
  readonly alerts: AlertRule;
  /** Open scopes at most; beyond it no decision (`RESOURCE_EXHAUSTED`). */
  readonly maxScopes: number;
  /** After how long without a call a lifetime scope of a `per` budget is forgotten. */
  readonly forgetAfterIdleMs: number;
}

/** When to tell somebody. */
export interface AlertRule {
  /** Shares of the amount in force, ascending: 0.5 is 50 %. */
  readonly thresholds: readonly number[];
  /** Tells again while the share is still reached. Undefined: once per window. */
  readonly repeatMs?: number | undefined;
}

/** What a budget has where nothing else is said. */
export const BUDGET_DEFAULTS = {
  match: {},
  per: [],
  mode: 'enforce',
  onExpire: 'charge',
  hold: 'worst-case',
  unpriced: 'deny',
  softBound: 'allow',
  alerts: { thresholds: [] },
  maxScopes: 1_000_000,
  forgetAfterIdleMs: 90 * 86_400_000,
} as const satisfies Partial<Budget>;

export const DEFAULT_LADDER: readonly Rung[] = [
  { kind: 'wait', maxWaitMs: 10_000 },
  { kind: 'clamp', minOutputTokens: 1024 },
  { kind: 'deny' },
];

/** A budget from its id, its limits and whatever is not the default. */
export function budgetOf(given: BudgetFields): Budget {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const fields = Object.fromEntries(said) as Pick<Budget, 'id' | 'limits'>;
  return { ...BUDGET_DEFAULTS, onShortage: DEFAULT_LADDER, ...fields };
}

export type BudgetFields = Pick<Budget, 'id' | 'limits'> & {
  readonly [Key in keyof Budget]?: Budget[Key] | undefined;
};

export function matches(budget: Budget, call: Call): boolean {
  for (const name in budget.match) {
    if (!matchesAny(budget.match[name] ?? [], labelOf(call, name))) return false;
  }
  return true;
}

/** The amount that holds for a call. */
export function amountFor({ amount }: Pick<Limit, 'amount'>, call: Call): number {
  if (typeof amount === 'number') return amount;
  const value = labelOf(call, amount.by);
  if (value === undefined || !Object.hasOwn(amount.values, value)) return amount.default;
  return amount.values[value] ?? amount.default;
}

/** Some positive pattern (if there is any) and no negated one. */
function matchesAny(patterns: readonly string[], value: string | undefined): boolean {
  let wanted = false;
  let found = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (value !== undefined && globMatches(pattern.slice(1), value)) return false;
    } else {
      wanted = true;
      found ||= value !== undefined && globMatches(pattern, value);
    }
  }
  return found || !wanted;
}

/** `*` stands for any characters, everything else for itself; linear, whatever the pattern. */
export function globMatches(pattern: string, value: string): boolean {
  if (!pattern.includes('*')) return pattern === value;
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (value.length < first.length + last.length) return false;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  const end = value.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
