// The state of an engine as the lines of a snapshot, and back.
import type { CounterRef, HeldState, StatePart } from '@spendfuse/core';
import { mintedAtMs } from '@spendfuse/core';
import type { Rows } from './rows.ts';

type CounterPart = Extract<StatePart<unknown>, { kind: 'counter' }>;

/** `number, oldestBucket, resetAtMs`, then `bucket, reserved, committed, forgetAtMs` of each bucket. */
type CounterLine = readonly (number | null)[];

type Line =
  | { readonly counters: readonly CounterLine[] }
  | { readonly held: readonly HeldState<unknown>[] }
  | { readonly documents: readonly (readonly [string, unknown])[] }
  | { readonly forgotten: number | null };

const PER_LINE = 500;

export interface LinesOptions {
  readonly parts: Iterable<StatePart<unknown>>;
  /** Undefined: the counter is gone. */
  readonly numberOf: (ref: CounterRef) => number | undefined;
}

/**
 * Leaves out what has ended: its ids are looked up on disk, which takes a moment, where reading them
 * all at each start would take long.
 */
export function* linesOf({ parts, numberOf }: LinesOptions): Generator<Line, void> {
  const counters: CounterLine[] = [];
  const documents: (readonly [string, unknown])[] = [];
  const open: HeldState<unknown>[] = [];
  let forgottenMs = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    if (part.kind === 'document') documents.push([part.key, part.value]);
    else if (part.kind === 'forgotten') forgottenMs = Math.max(forgottenMs, part.untilMs);
    else if (part.kind === 'counter') {
      const number = numberOf(part.counter.ref);
      if (number !== undefined) counters.push(counterLine(number, part));
    } else if (part.held.state === 'open') open.push(part.held);
    else forgottenMs = Math.max(forgottenMs, mintedAtMs(part.held.id));
  }
  counters.sort((a, b) => (a[0] as number) - (b[0] as number));
  for (const some of chunks(counters)) yield { counters: some };
  for (const some of chunks(documents)) yield { documents: some };
  for (const some of chunks(open)) yield { held: some };
  yield { forgotten: finite(forgottenMs) };
}

/** @throws StoreFailure where the definition of a counter is missing or wrong. */
export function partsOf<Meta>(content: unknown, rows: Rows<Meta>): readonly StatePart<Meta>[] {
  const line = content as Line;
  if ('counters' in line) {
    const numbers = line.counters.map(([number]) => number as number);
    rows.preload(numbers[0] ?? 0, numbers.at(-1) ?? 0);
    return line.counters.map((each) => counterPart(each, rows));
  }
  if ('documents' in line) {
    return line.documents.map(([key, value]) => ({ kind: 'document', key, value }));
  }
  if ('held' in line) {
    const held = line.held as readonly HeldState<Meta>[];
    return held.map((each) => ({ kind: 'reservation', held: each }));
  }
  return [{ kind: 'forgotten', untilMs: line.forgotten ?? Number.NEGATIVE_INFINITY }];
}

function counterLine(number: number, { counter }: CounterPart): CounterLine {
  const line: (number | null)[] = [number, finite(counter.oldestBucket), counter.resetAtMs ?? null];
  for (const { bucket, reserved, committed, forgetAtMs } of counter.buckets) {
    line.push(bucket, reserved, committed, finite(forgetAtMs));
  }
  return line;
}

function counterPart(line: CounterLine, rows: Rows<unknown>): CounterPart {
  const [number, oldest, resetAtMs] = line;
  const buckets = [];
  for (let i = 3; i < line.length; i += 4) {
    const [bucket, reserved, committed] = line.slice(i, i + 3) as [number, number, number];
    buckets.push({ bucket, reserved, committed, forgetAtMs: line[i + 3] ?? Infinity });
  }
  const ref = rows.ref(number as number);
  const oldestBucket = oldest ?? Number.NEGATIVE_INFINITY;
  return {
    kind: 'counter',
    counter: { ref, oldestBucket, resetAtMs: resetAtMs ?? undefined, buckets },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[], void> {
  for (let i = 0; i < all.length; i += PER_LINE) yield all.slice(i, i + PER_LINE);
}
