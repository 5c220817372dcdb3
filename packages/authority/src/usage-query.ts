// Questions about what was used: how to ask, how the answer looks, and what is no question.
import { invalid, isTimeZone } from '@spendfuse/core';
import { checkFilter, checkRange, type Filter } from './subject-filter.ts';

export type UsageBucket = 'minute' | 'hour' | 'day' | 'week' | 'month';
export type UsageOrder = 'cost' | 'tokens' | 'requests' | 'lastSeen';

/**
 * What calls used between two instants. A call belongs to the minute in which it was reserved, as in
 * budgets (L8), so the sum of a day is what a budget of that day has committed.
 */
export interface UsageQuery {
  /** Rounded down to its minute; default: from the beginning. */
  readonly fromMs?: number | undefined;
  /** Not included; rounded up to its minute; default: up to now. */
  readonly toMs?: number | undefined;
  /** Names of labels, or `provider`, `model`, `operation`; one row for each combination of values. */
  readonly groupBy?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
  /** One row for each period that has any usage; `startMs` says which. Needs `fromMs`. */
  readonly bucket?: UsageBucket | undefined;
  /** IANA time zone of the buckets; default UTC. */
  readonly zone?: string | undefined;
  /** The largest first, buckets in their order; default `cost`. */
  readonly orderBy?: UsageOrder | undefined;
  /** Default 100, at most 10,000. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Sums are exact at any size: integers as decimal strings, as they go out in JSON. */
export interface UsageSums {
  /** Calls that were let through; one that was released unsent is taken out again. */
  readonly requests: string;
  /** Calls that were denied. */
  readonly blocked: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly cacheReadTokens: string;
  readonly cacheWriteTokens: string;
  readonly reasoningTokens: string;
  /** Of commits and records, and what expiry charged until a late commit replaces it. */
  readonly costNanoUsd: string;
  /** Commits of unknown price. */
  readonly unpriced: string;
  readonly overrunNanoUsd: string;
}

export interface UsageRow extends UsageSums {
  /** The value of each name in `groupBy`; `(none)` where a call has no such label. */
  readonly group: Readonly<Record<string, string>>;
  /** Of the bucket, cut to no range: the day of a query from noon on begins at midnight. */
  readonly startMs?: number | undefined;
  /** When the latest call was asked for. */
  readonly lastSeenMs: number;
}

export interface UsagePage {
  readonly rows: readonly UsageRow[];
  /** Opaque; absent on the last page. */
  readonly next?: string | undefined;
}

export const USAGE_SUMS = [
  'requests',
  'blocked',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'costNanoUsd',
  'unpriced',
  'overrunNanoUsd',
] as const satisfies readonly (keyof UsageSums)[];

const BUCKETS: readonly UsageBucket[] = ['minute', 'hour', 'day', 'week', 'month'];
const ORDERS: readonly UsageOrder[] = ['cost', 'tokens', 'requests', 'lastSeen'];
const NAME = /^[a-z][a-z0-9_.-]{0,62}$/;
const MAX_GROUP_BY = 8;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** A query with its defaults. */
export interface CheckedUsageQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly groupBy: readonly string[];
  readonly filter: Filter;
  readonly bucket: UsageBucket | undefined;
  readonly zone: string;
  readonly orderBy: UsageOrder;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export function checkUsageQuery(query: UsageQuery): CheckedUsageQuery {
  const { groupBy = [], filter = {}, bucket, zone = 'UTC', orderBy = 'cost', cursor } = query;
  const { limit = DEFAULT_LIMIT } = query;
  const range = checkRange(query);
  if (groupBy.length > MAX_GROUP_BY) throw invalid('groupBy', `at most ${MAX_GROUP_BY} names`);
  for (const name of groupBy) {
    if (!NAME.test(name)) throw invalid('groupBy', `"${name}" is no name of a label`);
  }
  if (new Set(groupBy).size < groupBy.length) throw invalid('groupBy', 'has a name twice');
  checkFilter(filter);
  checkOneOf({ field: 'orderBy', value: orderBy, known: ORDERS });
  if (bucket !== undefined) {
    checkOneOf({ field: 'bucket', value: bucket, known: BUCKETS });
    if (query.fromMs === undefined) throw invalid('fromMs', 'is needed for buckets');
  }
  if (!isTimeZone(zone)) {
    throw invalid('zone', `"${zone}" is no time zone; write it like Europe/Berlin`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid('limit', `${limit} is not between 1 and ${MAX_LIMIT}`);
  }
  return { ...range, groupBy, filter, bucket, zone, orderBy, limit, cursor };
}

interface Choice {
  readonly field: string;
  readonly value: string;
  readonly known: readonly string[];
}

export function checkOneOf({ field, value, known }: Choice): void {
  if (!known.includes(value)) {
    throw invalid(field, `"${value}" is not one of ${known.join(', ')}`);
  }
}
