// Balances in pages, the fullest first: bounded answers, however many scopes there are.
import {
  type Balance,
  type BalanceQuery,
  type Budget,
  type CountedWindow,
  counterKey,
  type CounterRef,
  invalid,
  type Labels,
  type PreparedBudget,
  type PreparedLimit,
  type PreparedScope,
} from '@spendfuse/core';
import { balanceOf, type BalancesInput, ceilingIn, hasAll } from './balances.ts';

export interface BalancePageQuery extends BalanceQuery {
  /** Default 100, at most 1000. */
  readonly limit?: number | undefined;
  /** `next` of the page before. What has changed its place since then may come twice or not at all. */
  readonly cursor?: string | undefined;
}

/** Limits of scopes that calls have touched, and of budgets without `per`. */
export interface BalancePage {
  readonly balances: readonly Balance[];
  /** Opaque; absent on the last page. */
  readonly next?: string | undefined;
}

export interface BalancePageInput extends Pick<BalancesInput, 'budgets' | 'ledger'> {
  readonly query: BalancePageQuery;
  readonly now: () => number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Counters looked at in one turn of the event loop. */
const PART = 500;

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field. */
export async function balancePageOf(input: BalancePageInput): Promise<BalancePage> {
  const { limit: size = DEFAULT_LIMIT, cursor } = input.query;
  if (!Number.isInteger(size) || size < 1 || size > MAX_LIMIT) {
    throw invalid('limit', `${size} is not between 1 and ${MAX_LIMIT}`);
  }
  const after = cursor === undefined ? undefined : placeOfCursor(cursor);
  // One more than the page has, to know that there is another page.
  const fullest: Placed[] = [];
  let looked = 0;
  for (const counter of countersOf(input)) {
    const placed = placeOf(counter, input);
    if (placed && !(after && compare(placed, after) <= 0)) {
      insert(fullest, placed);
      if (fullest.length > size + 1) fullest.pop();
    }
    looked += 1;
    if (looked % PART === 0) await new Promise(setImmediate);
  }
  const page = fullest.slice(0, size);
  const last = page.at(-1);
  const next = fullest.length > size && last ? cursorOf(last) : undefined;
  return { balances: page.map((placed) => balanceAt(placed, input)), next };
}

/** A counter of a budget that is asked for. */
interface CounterOf {
  readonly prepared: PreparedBudget;
  /** What the keys of the counters of each limit begin with. */
  readonly prefixes: readonly string[];
  readonly ref: CounterRef;
}

function* countersOf({ budgets, ledger, query }: BalancePageInput): Iterable<CounterOf> {
  for (const prepared of budgets) {
    const { budget } = prepared;
    if (query.budget !== undefined && query.budget !== budget.id) continue;
    const prefixes = budget.limits.map((limit) => counterKey({ budget, limit, scopeKey: '' }));
    // A budget without `per` has its one scope before any call.
    const refs =
      budget.per.length > 0
        ? ledger.counters(budget.id)
        : prepared.scopeOf({}).counters.map((counter) => counter.ref);
    for (const ref of refs) yield { prepared, prefixes, ref };
  }
}

/** The order of all balances: the fullest first, those equally full by the keys of their counters. */
interface Place {
  readonly share: number;
  readonly key: string;
}

interface Placed extends Place {
  readonly prepared: PreparedBudget;
  readonly ref: CounterRef;
  /** Of the limit in the budget. */
  readonly index: number;
}

/** Undefined: not asked for, or the counter of a limit that the budget does not have any more. */
function placeOf(counter: CounterOf, input: BalancePageInput): Placed | undefined {
  const { prepared, prefixes, ref } = counter;
  const { budget, limits } = prepared;
  if (!hasAll(ref.scope, input.query.scope) || !isScopeOf(budget, ref.scope)) return undefined;
  const index = prefixes.findIndex((prefix) => ref.key.startsWith(prefix));
  const found = limits[index];
  if (!found?.window) return undefined;
  const nowMs = input.now();
  const { oldestBucket } = found.placeAt(nowMs);
  const { committed, reserved } = input.ledger.read({ counter: ref, oldestBucket });
  const share = shareOf(committed + reserved, ceilingAt({ prepared, ref, index }, nowMs));
  return { share, key: ref.key, prepared, ref, index };
}

/** Whether a scope is of the labels that the budget is `per` now. */
export function isScopeOf({ per }: Budget, scope: Labels): boolean {
  return (
    Object.keys(scope).length === per.length && per.every((name) => Object.hasOwn(scope, name))
  );
}

type CounterAt = Pick<Placed, 'prepared' | 'ref' | 'index'>;

/** Most limits are one number for all: then there is nothing to look up for the scope. */
function ceilingAt({ prepared, ref, index }: CounterAt, nowMs: number): number {
  const limit = prepared.limits[index]?.limit;
  if (typeof limit?.amount === 'number' && prepared.allowances.length === 0) return limit.amount;
  const counter = prepared.scopeOf(ref.scope).counters[index];
  return limit && counter ? ceilingIn({ limit, counter, nowMs }) : 0;
}

/** How full it is, finite even where nothing is allowed. */
function shareOf(used: number, ceiling: number): number {
  if (ceiling > 0) return used / ceiling;
  return used > 0 ? Number.MAX_VALUE : 0;
}

function compare(a: Place, b: Place): number {
  if (a.share !== b.share) return b.share - a.share;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

function insert(sorted: Placed[], placed: Placed): void {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(placed, sorted[middle] as Placed) < 0) to = middle;
    else from = middle + 1;
  }
  sorted.splice(from, 0, placed);
}

function balanceAt({ prepared, ref, index }: CounterAt, input: BalancePageInput): Balance {
  const { budget, limits } = prepared;
  const { limit, window } = limits[index] as PreparedLimit & { window: CountedWindow };
  const counter = prepared.scopeOf(ref.scope).counters[index] as PreparedScope['counters'][number];
  return balanceOf({ budget, limit, window, counter, ledger: input.ledger, nowMs: input.now() });
}

function cursorOf({ share, key }: Place): string {
  return Buffer.from(JSON.stringify([share, key])).toString('base64url');
}

function placeOfCursor(cursor: string): Place {
  try {
    const [share, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof share === 'number' && typeof key === 'string') return { share, key };
  } catch {
    // Said below.
  }
  throw invalid('cursor', 'is none of ours; take `next` of the page before');
}
