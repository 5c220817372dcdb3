// Usage from the index: sums by subject are SQLite's, groups and order are ours.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { bucketAt, invalid, resetAtMs } from '@spendfuse/core';
import { matchesFilter, valueOf } from '../../subject-filter.ts';
import {
  type CheckedUsageQuery,
  USAGE_SUMS,
  type UsageOrder,
  type UsagePage,
  type UsageRow,
} from '../../usage-query.ts';
import { columnOf } from './index-writer.ts';
import type { Subjects } from './index-subjects.ts';

/** SQLite adds in 64 bits and says so where that is not enough; groups are added without bounds. */
interface Group {
  readonly values: readonly string[];
  readonly startMs: number | undefined;
  readonly sums: bigint[];
  lastSeenMs: number;
}

/** Half-open, whole minutes. `startMs` is that of the whole bucket. */
interface Span {
  readonly startMs: number | undefined;
  readonly fromMinute: number;
  readonly toMinute: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A query for more than so many periods is a mistake. */
const MAX_BUCKETS = 100_000;

export interface UsageSelectOptions {
  readonly db: DatabaseSync;
  readonly subjects: Subjects;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for a strange cursor, or too many buckets. */
export function selectUsage(query: CheckedUsageQuery, options: UsageSelectOptions): UsagePage {
  const { db } = options;
  const cursor = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  const sums = USAGE_SUMS.map((name) => `sum(${columnOf(name)})`).join(', ');
  const statement = db.prepare(`SELECT subject, ${sums}, max(last_seen_ms) FROM usage
    WHERE minute >= ? AND minute < ? GROUP BY subject`);
  statement.setReadBigInts(true);
  const page = new Page(query);
  for (const span of spansOf(query, lastMinute(db) + 1)) {
    // Buckets are in order: those before the cursor's were on an earlier page.
    if (cursor?.startMs !== undefined && (span.startMs ?? 0) < cursor.startMs) continue;
    const groups = groupsIn(span, { query, statement, subjects: options.subjects });
    const sorted = groups.sort((a, b) => compare(placeOf(a, query), placeOf(b, query)));
    for (const group of sorted) {
      if (cursor && compare(placeOf(group, query), cursor) <= 0) continue;
      if (page.isFull()) return page.end();
      page.add(group);
    }
  }
  return page.all();
}

class Page {
  readonly #query: CheckedUsageQuery;
  readonly #rows: UsageRow[] = [];
  #last: Group | undefined;

  constructor(query: CheckedUsageQuery) {
    this.#query = query;
  }

  isFull(): boolean {
    return this.#rows.length === this.#query.limit;
  }

  add(group: Group): void {
    this.#rows.push(rowOf(group, this.#query.groupBy));
    this.#last = group;
  }

  all(): UsagePage {
    return { rows: this.#rows };
  }

  /** There is more. */
  end(): UsagePage {
    const next = this.#last && cursorOf(placeOf(this.#last, this.#query));
    return { rows: this.#rows, ...(next !== undefined && { next }) };
  }
}

interface GroupsInput {
  readonly query: CheckedUsageQuery;
  readonly statement: StatementSync;
  readonly subjects: Subjects;
}

function groupsIn(span: Span, { query, statement, subjects }: GroupsInput): Group[] {
  const groups = new Map<string, Group>();
  const { filter, groupBy } = query;
  for (const row of statement.iterate(span.fromMinute, span.toMinute)) {
    // In the order of the columns; `setReturnArrays` came only with Node 22.16.
    const [subject, ...sums] = Object.values(row as Record<string, bigint>);
    const call = subjects.of(Number(subject));
    if (!matchesFilter(call, filter)) continue;
    const lastSeenMs = Number(sums.pop());
    const values = groupBy.map((name) => valueOf(call, name));
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (!group) {
      groups.set(key, { values, startMs: span.startMs, sums, lastSeenMs });
      continue;
    }
    for (const [i, sum] of sums.entries()) group.sums[i] = (group.sums[i] ?? 0n) + sum;
    group.lastSeenMs = Math.max(group.lastSeenMs, lastSeenMs);
  }
  return [...groups.values()];
}

function rowOf({ values, startMs, sums, lastSeenMs }: Group, groupBy: readonly string[]): UsageRow {
  const group = Object.fromEntries(groupBy.map((name, i) => [name, values[i] ?? '']));
  const texts = Object.fromEntries(USAGE_SUMS.map((name, i) => [name, String(sums[i])]));
  const row = { group, ...(texts as Record<(typeof USAGE_SUMS)[number], string>), lastSeenMs };
  return startMs === undefined ? row : { ...row, startMs };
}

/** The periods of the query, the oldest first; none that begins after the last minute of usage. */
function* spansOf(query: CheckedUsageQuery, endMinute: number): Iterable<Span> {
  const fromMinute = Math.floor(query.fromMs / MINUTE_MS);
  const toMinute = Math.min(Math.ceil(query.toMs / MINUTE_MS), endMinute);
  if (query.bucket === undefined) {
    yield { startMs: undefined, fromMinute, toMinute };
    return;
  }
  let fromMs = fromMinute * MINUTE_MS;
  for (let count = 0; fromMs < toMinute * MINUTE_MS; count++) {
    if (count === MAX_BUCKETS) throw invalid('bucket', `more than ${MAX_BUCKETS} of them`);
    const [startMs, nextMs] = periodOf(query, fromMs);
    const end = Math.min(nextMs / MINUTE_MS, toMinute);
    yield { startMs, fromMinute: fromMs / MINUTE_MS, toMinute: end };
    fromMs = nextMs;
  }
}

/**
 * Where the bucket of an instant begins and ends, in the zone. Hours are counted from the day's first
 * instant on, so a day has 23 or 25 of them when clocks change; where they change by half an hour,
 * the last one of the day is short.
 */
function periodOf({ bucket, zone }: CheckedUsageQuery, ms: number): readonly [number, number] {
  if (bucket === 'minute' || bucket === undefined) return [ms, ms + MINUTE_MS];
  const period = bucket === 'hour' ? 'day' : bucket;
  const window = windowOf(period, zone);
  const startMs = bucketAt(window, ms).bucket;
  const nextMs = resetAtMs({ window, nowMs: ms }) ?? Number.POSITIVE_INFINITY;
  if (bucket !== 'hour') return [startMs, nextMs];
  const hourMs = startMs + Math.floor((ms - startMs) / HOUR_MS) * HOUR_MS;
  return [hourMs, Math.min(hourMs + HOUR_MS, nextMs)];
}

function windowOf(period: 'day' | 'week' | 'month', zone: string) {
  const key = `${period} ${zone}`;
  let window = windows.get(key);
  if (!window) windows.set(key, (window = { kind: 'calendar', period, zone } as const));
  return window;
}

/** The same object each time: the calendar remembers the latest period of each. */
const windows = new Map<
  string,
  { readonly kind: 'calendar'; readonly period: 'day' | 'week' | 'month'; readonly zone: string }
>();

function lastMinute(db: DatabaseSync): number {
  return (db.prepare('SELECT max(minute) AS minute FROM usage').get()?.['minute'] as number) ?? 0;
}

/** Where a row stands: its bucket, then the largest first, then by the values of its group. */
interface Place {
  readonly startMs: number | undefined;
  readonly size: bigint;
  readonly values: string;
}

function placeOf(group: Group, { orderBy }: CheckedUsageQuery): Place {
  const { startMs, values } = group;
  return { startMs, size: sizeOf(group, orderBy), values: JSON.stringify(values) };
}

function sizeOf({ sums, lastSeenMs }: Group, orderBy: UsageOrder): bigint {
  const sum = (name: (typeof USAGE_SUMS)[number]) => sums[USAGE_SUMS.indexOf(name)] ?? 0n;
  switch (orderBy) {
    case 'cost':
      return sum('costNanoUsd');
    case 'tokens':
      return sum('inputTokens') + sum('outputTokens');
    case 'requests':
      return sum('requests');
    case 'lastSeen':
      return BigInt(lastSeenMs);
  }
}

function compare(a: Place, b: Place): number {
  if (a.startMs !== b.startMs) return (a.startMs ?? 0) - (b.startMs ?? 0);
  if (a.size !== b.size) return a.size > b.size ? -1 : 1;
  if (a.values === b.values) return 0;
  return a.values < b.values ? -1 : 1;
}

function cursorOf({ startMs, size, values }: Place): string {
  return Buffer.from(JSON.stringify([startMs ?? null, String(size), values])).toString('base64url');
}

function parseCursor(cursor: string): Place {
  try {
    const [startMs, size, values] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (startMs !== null && typeof startMs !== 'number') throw new Error('no time');
    if (typeof values !== 'string') throw new Error('no group');
    return { startMs: startMs ?? undefined, size: BigInt(size), values };
  } catch {
    throw invalid('cursor', 'is none that a page gave');
  }
}
