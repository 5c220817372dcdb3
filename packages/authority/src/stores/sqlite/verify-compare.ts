// The state of an engine against the sums of the entries, counter by counter.
import type { StatePart } from '@spendfuse/core';
import type { Carry } from './carry.ts';
import type { Tally, TallyBucket, TallyCounter } from './tally.ts';

/** The sums: what was added since, and below it what was carried over. */
export interface StandingOf {
  readonly tally: Tally;
  readonly carry: Carry;
}

export interface Comparison {
  readonly parts: readonly StatePart<unknown>[];
  readonly expected: StandingOf;
  /** The time of the state: what is over by then may be there or not. */
  readonly atMs: number;
}

/** One sentence for each difference. */
export function* differences(comparison: Comparison): Generator<string, void> {
  yield* counterDifferences(comparison);
  yield* reservationDifferences(comparison);
  yield* documentDifferences(comparison);
}

function* counterDifferences({ parts, expected, atMs }: Comparison): Generator<string, void> {
  const { tally, carry } = expected;
  const seen = new Set<string>();
  for (const part of parts) {
    if (part.kind !== 'counter') continue;
    const { ref, oldestBucket, buckets } = part.counter;
    seen.add(ref.key);
    const sums = tally.counters.get(ref.key) ?? carry.counter(ref.key);
    const served = new Map(buckets.map(({ bucket, ...each }) => [bucket, each] as const));
    yield* bucketDifferences({ ref, oldestBucket, buckets: served }, sums, atMs);
  }
  const nothing = (counter: TallyCounter): TallyCounter => ({ ...counter, buckets: new Map() });
  for (const counter of tally.counters.values()) {
    if (!seen.has(counter.ref.key)) yield* bucketDifferences(nothing(counter), counter, atMs);
    seen.add(counter.ref.key);
  }
  for (const counter of carry.counters()) {
    if (!seen.has(counter.ref.key)) yield* bucketDifferences(nothing(counter), counter, atMs);
  }
}

function* bucketDifferences(
  served: TallyCounter,
  sums: TallyCounter | undefined,
  atMs: number,
): Generator<string, void> {
  const oldest = Math.max(served.oldestBucket, sums?.oldestBucket ?? Number.NEGATIVE_INFINITY);
  const numbers = new Set([...served.buckets.keys(), ...(sums?.buckets.keys() ?? [])]);
  for (const number of numbers) {
    const here = served.buckets.get(number);
    const there = sums?.buckets.get(number);
    if (number < oldest || isOver(there ?? here, atMs)) continue;
    for (const what of ['committed', 'reserved'] as const) {
      const [has, is] = [here?.[what] ?? 0, there?.[what] ?? 0];
      if (has === is) continue;
      yield `counter ${served.ref.key}, bucket ${number}: ${has} ${what}, but its entries sum to ${is}`;
    }
  }
}

function isOver(bucket: TallyBucket | undefined, atMs: number): boolean {
  return bucket === undefined || (bucket.forgetAtMs <= atMs && bucket.reserved === 0);
}

function* reservationDifferences({ parts, expected }: Comparison): Generator<string, void> {
  const { tally, carry } = expected;
  const open = new Map<string, readonly number[]>();
  const isUntouched = (id: string) => !tally.reservations.has(id) && !tally.final.has(id);
  for (const held of [
    ...carry.reservations().filter(({ id }) => isUntouched(id)),
    ...tally.reservations.values(),
  ]) {
    if (held.state === 'open')
      open.set(
        held.id,
        held.entries.map(({ amount }) => amount),
      );
  }
  for (const part of parts) {
    if (part.kind !== 'reservation' || part.held.state !== 'open') continue;
    const { id, entries } = part.held;
    const amounts = open.get(id);
    open.delete(id);
    if (!amounts) yield `reservation ${id} is open, but its entries say that it has ended`;
    else if (amounts.some((amount, i) => amount !== entries[i]?.amount)) {
      yield `reservation ${id} holds other amounts than its entries say`;
    }
  }
  for (const id of open.keys())
    yield `reservation ${id} is not there, but its entries say it is open`;
}

function* documentDifferences({ parts, expected }: Comparison): Generator<string, void> {
  const documents = new Map(expected.carry.documents());
  for (const [key, value] of expected.tally.documents) documents.set(key, value);
  for (const part of parts) {
    if (part.kind !== 'document') continue;
    const value = documents.get(part.key) ?? null;
    documents.delete(part.key);
    if (JSON.stringify(value) !== JSON.stringify(part.value)) {
      yield `document ${part.key} is another than the one that was put`;
    }
  }
  for (const [key, value] of documents) {
    if (value !== null) yield `document ${key} is missing`;
  }
}
