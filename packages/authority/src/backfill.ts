// Backfill: counters that began after the calls take over what the index says those calls used.
import {
  bucketAt,
  type Call,
  draftRecord,
  invalid,
  type Ledger,
  type LimitEntry,
  matches,
  NO_USAGE,
  NO_VALUE,
  type PreparedBudget,
  type PreparedLimit,
  SpendfuseError,
  type Unit,
} from '@spendfuse/core';
import type { UsageBucket, UsagePage, UsageQuery, UsageRow } from './usage-query.ts';

export interface BackfillInput {
  readonly prepared: PreparedBudget;
  readonly nowMs: number;
  readonly usage: (query: UsageQuery) => Promise<UsagePage>;
  /** What a counter counts already. */
  readonly read: Ledger<unknown>['read'];
}

/**
 * What the counters of a budget lack of the usage in their windows in force: entries to be recorded.
 * Asked again after they were, it is none. Custom units and concurrency are not part of usage.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a budget of more labels than usage can be asked by,
 * `RESOURCE_EXHAUSTED` where it would have more scopes than it may.
 */
export async function lackingIn(input: BackfillInput): Promise<readonly LimitEntry[]> {
  const { prepared, nowMs, usage } = input;
  const lacking: LimitEntry[] = [];
  for (const [index, limit] of prepared.limits.entries()) {
    const query = queryOf(prepared, limit, nowMs);
    if (!query) continue;
    const portions: LimitEntry[] = [];
    for (const row of await rowsOf(usage, query)) {
      portions.push(...portionsOf({ prepared, index, row, bucket: query.bucket, nowMs }));
    }
    lacking.push(...lackingOf(portions, input));
  }
  return lacking;
}

/** What a limit counts of usage; undefined: it counts nothing of it, or has no counter. */
const SUMS: Readonly<Record<string, (row: UsageRow) => bigint>> = {
  cost: ({ costNanoUsd }) => BigInt(costNanoUsd),
  tokens: ({ inputTokens, outputTokens }) => BigInt(inputTokens) + BigInt(outputTokens),
  input_tokens: ({ inputTokens }) => BigInt(inputTokens),
  output_tokens: ({ outputTokens }) => BigInt(outputTokens),
  requests: ({ requests }) => BigInt(requests),
} satisfies Partial<Record<Unit, (row: UsageRow) => bigint>>;

const BUCKET_MS: Readonly<Partial<Record<UsageBucket, number>>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const GRANULES = 60;
const MAX_NAMES = 8;
const ROWS_AT_ONCE = 10_000;

/** Usage in the window in force; of a rolling one in buckets no longer than its granules, if they are. */
function queryOf(
  { budget }: PreparedBudget,
  { limit, window }: PreparedLimit,
  nowMs: number,
): UsageQuery | undefined {
  if (!window || SUMS[limit.unit] === undefined) return undefined;
  const groupBy = [...new Set([...Object.keys(budget.match), ...budget.per])];
  if (groupBy.length > MAX_NAMES) {
    const message = `budget "${budget.id}" matches and counts by ${groupBy.length} labels, and usage is known by ${MAX_NAMES} at once`;
    throw invalid('budget', message);
  }
  const common = { groupBy, limit: ROWS_AT_ONCE, orderBy: 'lastSeen' } as const;
  if (window.kind !== 'rolling') {
    return { ...common, fromMs: Math.max(0, bucketAt(window, nowMs).fromMs) };
  }
  const fromMs = Math.max(0, nowMs - window.lengthMs);
  return { ...common, fromMs, bucket: bucketWithin(window.lengthMs / GRANULES) };
}

function bucketWithin(granuleMs: number): UsageBucket {
  if (granuleMs >= (BUCKET_MS.day ?? 0)) return 'day';
  return granuleMs >= (BUCKET_MS.hour ?? 0) ? 'hour' : 'minute';
}

/** Each group once: what is used meanwhile may move it to another page. */
async function rowsOf(
  usage: BackfillInput['usage'],
  query: UsageQuery,
): Promise<Iterable<UsageRow>> {
  const found = new Map<string, UsageRow>();
  let cursor: string | undefined;
  do {
    const { rows, next } = await usage({ ...query, cursor });
    for (const row of rows) found.set(JSON.stringify([row.startMs, row.group]), row);
    cursor = next;
  } while (cursor !== undefined);
  return found.values();
}

interface PortionInput {
  readonly prepared: PreparedBudget;
  /** Of the limit. */
  readonly index: number;
  readonly row: UsageRow;
  readonly bucket: UsageBucket | undefined;
  readonly nowMs: number;
}

/** What a row is in each scope that it falls into; in a rolling window at the end of its bucket. */
function portionsOf(input: PortionInput): readonly LimitEntry[] {
  const { prepared, index, row, bucket = 'minute', nowMs } = input;
  const call = callOf(row);
  const limit = prepared.limits[index];
  const amount = limit ? Number(SUMS[limit.limit.unit]?.(row) ?? 0n) : 0;
  if (amount === 0 || !matches(prepared.budget, call)) return [];
  const { startMs = nowMs } = row;
  const atMs = Math.min(nowMs, startMs + (BUCKET_MS[bucket] ?? 0) - 1);
  const matching = [only(prepared, index)];
  const entries = draftRecord({ matching, call, actual: NOTHING, nowMs: atMs });
  return entries.map((entry) => entry.withAmount(amount));
}

const NOTHING = { usage: NO_USAGE, costNanoUsd: 0 };

/** A budget as if it had one limit. */
function only(prepared: PreparedBudget, index: number): PreparedBudget {
  const { budget, limits, allowances } = prepared;
  const reduced = ({ labels, counters }: ReturnType<PreparedBudget['scopeOf']>) => {
    return { labels, counters: counters.slice(index, index + 1) };
  };
  return {
    budget,
    limits: limits.slice(index, index + 1),
    allowances,
    scopes: (call) => prepared.scopes(call).map(reduced),
    scopeOf: (labels) => reduced(prepared.scopeOf(labels)),
  };
}

function callOf({ group }: UsageRow): Call {
  const { provider = '', model = '', operation = '', ...rest } = group;
  const labels = Object.entries(rest).filter(([, value]) => value !== NO_VALUE);
  return { labels: Object.fromEntries(labels), provider, model, operation };
}

/** Of the newest portions as much as the counter lacks of all of them. */
function lackingOf(
  portions: readonly LimitEntry[],
  { read, nowMs }: Pick<BackfillInput, 'read' | 'nowMs'>,
): readonly LimitEntry[] {
  const byCounter = Map.groupBy(portions, ({ counter }) => counter.key);
  return [...byCounter.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    if (byCounter.size > first.maxCounters) throw tooMany(first);
    const { counter, prepared } = first;
    const { oldestBucket } = prepared.placeAt(nowMs);
    const { committed, reserved } = read({ counter, oldestBucket });
    // Usage has a request from its reserve on, and all else from its commit on.
    const known = prepared.limit.unit === 'requests' ? committed + reserved : committed;
    let left = own.reduce((sum, { amount }) => sum + amount, 0) - known;
    const newest = own.toSorted((a, b) => b.bucket - a.bucket);
    return newest.flatMap((entry) => {
      const amount = Math.min(entry.amount, Math.max(0, left));
      left -= amount;
      return amount === 0 ? [] : entry.withAmount(amount);
    });
  });
}

function tooMany({ counter: { budget } }: LimitEntry): SpendfuseError {
  const message = `usage has more scopes for budget "${budget}" than its maxScopes; raise it first`;
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}
