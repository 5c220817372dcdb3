// Questions about the history: how to ask, and what is no question.
import { DENIAL_REASONS, type DenialReason, invalid } from '@spendfuse/core';
import type { Entry } from './entry.ts';
import { checkFilter, checkRange, type Filter } from './subject-filter.ts';
import { checkOneOf } from './usage-query.ts';

/** Which entries: all that is given must hold. */
export interface EntryFilter {
  /** Of the entry itself, not of its reservation. */
  readonly fromMs?: number | undefined;
  /** Not included. */
  readonly toMs?: number | undefined;
  readonly verb?: Entry['verb'] | readonly Entry['verb'][] | undefined;
  /** Of labels, provider, model, operation; an entry that is about no call matches none. */
  readonly filter?: Filter | undefined;
}

export interface EntryQuery extends EntryFilter {
  /** Default 50, at most 1000. */
  readonly limit?: number | undefined;
  /** `next` of the page before; it stays good while new entries come. */
  readonly cursor?: string | undefined;
  readonly id?: string | undefined;
  /** Entries that counted for this budget, were refused by it, or changed its counters. */
  readonly budget?: string | undefined;
  readonly decision?: NonNullable<Entry['decision']> | undefined;
  readonly reason?: DenialReason | undefined;
}

/** The newest first. */
export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Opaque; absent on the last page. */
  readonly next?: string | undefined;
}

export const ENTRY_VERBS = [
  'reserve',
  'commit',
  'release',
  'extend',
  'record',
  'expire',
  'deny',
  'reset',
  'configure',
] as const satisfies readonly Entry['verb'][];

const DECISIONS = [
  'granted',
  'clamped',
  'downgraded',
  'denied',
] as const satisfies readonly NonNullable<Entry['decision']>[];
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const MAX_TEXT_LENGTH = 512;

export interface CheckedEntryFilter {
  readonly fromMs: number;
  readonly toMs: number;
  /** Empty: all. */
  readonly verbs: readonly Entry['verb'][];
  readonly filter: Filter;
}

export interface CheckedEntryQuery extends CheckedEntryFilter {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly id: string | undefined;
  readonly budget: string | undefined;
  readonly decision: string | undefined;
  readonly reason: string | undefined;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export function checkEntryFilter(query: EntryFilter): CheckedEntryFilter {
  const { verb = [], filter = {} } = query;
  const verbs = typeof verb === 'string' ? [verb] : verb;
  for (const value of verbs) checkOneOf({ field: 'verb', value, known: ENTRY_VERBS });
  checkFilter(filter);
  return { ...checkRange(query), verbs: [...new Set(verbs)], filter };
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export function checkEntryQuery(query: EntryQuery): CheckedEntryQuery {
  const { limit = DEFAULT_LIMIT, cursor, id, budget, decision, reason } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid('limit', `${limit} is not between 1 and ${MAX_LIMIT}`);
  }
  for (const [field, text] of Object.entries({ id, budget })) {
    if (text === '') throw invalid(field, 'is empty');
    if (text && text.length > MAX_TEXT_LENGTH) throw invalid(field, 'is too long');
  }
  if (decision !== undefined) checkOneOf({ field: 'decision', value: decision, known: DECISIONS });
  if (reason !== undefined) checkOneOf({ field: 'reason', value: reason, known: DENIAL_REASONS });
  return { ...checkEntryFilter(query), limit, cursor, id, budget, decision, reason };
}
