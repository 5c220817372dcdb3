// Budget and Limit, and which budgets match a call.
import { type Call, type Labels, labelOf, NO_VALUE, runAncestors } from './subject.ts';
import type { Window } from './window.ts';

export type Unit = 'cost' | 'tokens' | 'requests';

export const UNITS: readonly Unit[] = ['cost', 'tokens', 'requests'];

/** One ceiling. `amount` is nano-USD for `cost`, else a count. */
export interface Limit {
  readonly unit: Unit;
  readonly amount: number;
  readonly window: Window;
}

/** What to do when a limit has no room, tried in order. */
export type Rung =
  | { readonly kind: 'wait'; readonly maxWaitMs: number }
  | { readonly kind: 'clamp'; readonly minOutputTokens: number }
  | { readonly kind: 'deny' };

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
}

export const DEFAULT_LADDER: readonly Rung[] = [
  { kind: 'wait', maxWaitMs: 10_000 },
  { kind: 'clamp', minOutputTokens: 1024 },
  { kind: 'deny' },
];

export function matches(budget: Budget, call: Call): boolean {
  for (const name in budget.match) {
    if (!matchesAny(budget.match[name] ?? [], labelOf(call, name))) return false;
  }
  return true;
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

/**
 * The scopes a call belongs to: the values of the `per` labels, one scope for each ancestor of the
 * run where `run` is among them. A missing label is the shared scope `(none)`, never "unmatched".
 */
export function scopesOf(budget: Budget, call: Call): readonly Labels[] {
  if (budget.per.length === 0) return ONE_SCOPE;
  const values: Record<string, string> = {};
  for (const name of budget.per) values[name] = labelOf(call, name) ?? NO_VALUE;
  const run = values['run'];
  if (run === undefined || !run.includes('/')) return [values];
  return runAncestors(run).map((ancestor) => ({ ...values, run: ancestor }));
}

const ONE_SCOPE: readonly Labels[] = [{}];
