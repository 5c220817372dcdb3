// Which calls a query is about: values of labels, exact or with `*`, and a range of time.
import { type Call, globMatches, invalid, labelOf, NO_VALUE } from '@spendfuse/core';

/**
 * Values by name of a label, or by `provider`, `model`, `operation`. `*` in a value stands for any
 * characters. `(none)` is a call without the label; `*` alone is one that has it.
 */
export type Filter = Readonly<Record<string, string>>;

export interface Range {
  readonly fromMs?: number | undefined;
  /** Not included. */
  readonly toMs?: number | undefined;
}

const NAME = /^[a-z][a-z0-9_.-]{0,62}$/;
const MAX_FILTERS = 32;
const MAX_VALUE_LENGTH = 512;

/** The last instant that a date can tell. */
const LAST_MS = 8.64e15;

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export function checkFilter(filter: Filter): void {
  const pairs = Object.entries(filter);
  if (pairs.length > MAX_FILTERS) throw invalid('filter', `at most ${MAX_FILTERS} names`);
  for (const [name, value] of pairs) {
    const field = `filter.${name.slice(0, 63)}`;
    if (!NAME.test(name)) throw invalid(field, 'is no name of a label');
    if (typeof value !== 'string' || value === '') throw invalid(field, 'needs a value');
    if (value.length > MAX_VALUE_LENGTH) throw invalid(field, 'the value is too long');
  }
}

/** With its defaults: all of time. @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export function checkRange({ fromMs = 0, toMs = LAST_MS }: Range): CheckedRange {
  for (const [field, ms] of Object.entries({ fromMs, toMs })) {
    if (Number.isSafeInteger(ms) && ms >= 0 && ms <= LAST_MS) continue;
    throw invalid(field, `${ms} is no time in ms since 1970`);
  }
  if (fromMs > toMs) throw invalid('fromMs', 'is later than toMs');
  return { fromMs, toMs };
}

export interface CheckedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The value of a label or of a part of the call; `(none)` where it has none. */
export function valueOf(call: Call, name: string): string {
  return labelOf(call, name) ?? NO_VALUE;
}

export function matchesFilter(call: Call, filter: Filter): boolean {
  for (const name in filter) {
    const pattern = filter[name] ?? '';
    const value = valueOf(call, name);
    if (value === NO_VALUE ? pattern !== NO_VALUE : !globMatches(pattern, value)) return false;
  }
  return true;
}
