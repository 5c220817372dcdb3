// What purged rows left behind: the sums of counters, reservations that may still change, documents.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { CounterRef, HeldState, StatePart } from '@spendfuse/core';
import { corrupt } from './failure.ts';
import type { TallyBucket, TallyCounter, TallyReservation } from './tally.ts';

type Kind = 'counter' | 'reservation' | 'document';

interface CarryRow {
  readonly kind: Kind;
  readonly key: string;
  readonly body: string;
  readonly crc: number;
}

/** As it is stored; null: never, or before any. */
interface CounterBody {
  readonly ref: CounterRef;
  readonly oldestBucket: number;
  readonly buckets: readonly (readonly [number, number, number, number | null])[];
}

const COLUMNS = 'kind, key, body, crc';

/** Contract: what is changed together is changed in a transaction of the caller. */
export class Carry {
  readonly #one: StatementSync;
  readonly #all: StatementSync;
  readonly #ofBudget: StatementSync;
  readonly #put: () => StatementSync;
  readonly #drop: () => StatementSync;

  constructor(db: DatabaseSync) {
    this.#one = db.prepare(`SELECT ${COLUMNS} FROM carry WHERE kind = ? AND key = ?`);
    this.#all = db.prepare(`SELECT ${COLUMNS} FROM carry WHERE kind = ? ORDER BY key`);
    this.#ofBudget = db.prepare(`SELECT ${COLUMNS} FROM carry WHERE budget = ?`);
    // A reader could not prepare these.
    this.#put = once(() => db.prepare('INSERT OR REPLACE INTO carry VALUES (?, ?, ?, ?, ?, ?)'));
    this.#drop = once(() => db.prepare('DELETE FROM carry WHERE kind = ? AND key = ?'));
  }

  counter(key: string): TallyCounter | undefined {
    const body = this.#body('counter', key);
    return body === undefined ? undefined : counterOf(body);
  }

  countersOf(budget: string): readonly TallyCounter[] {
    return this.#ofBudget.all(budget).map((row) => counterOf(bodyOf(row)));
  }

  *counters(): Iterable<TallyCounter> {
    for (const row of this.#all.iterate('counter')) yield counterOf(bodyOf(row));
  }

  reservation(id: string): TallyReservation | undefined {
    return this.#body('reservation', id) as TallyReservation | undefined;
  }

  reservations(): readonly TallyReservation[] {
    return this.#all.all('reservation').map((row) => bodyOf(row) as TallyReservation);
  }

  /** A reservation as purged rows left it, for an engine. */
  heldState<Meta>(id: string): HeldState<Meta> | undefined {
    const held = this.reservation(id);
    return held && heldStateOf<Meta>(held);
  }

  documents(): readonly (readonly [string, unknown])[] {
    return this.#all.all('document').map((row) => [row['key'] as string, bodyOf(row)] as const);
  }

  /** The state of an engine that has applied all that was purged. */
  *parts<Meta>(): Iterable<StatePart<Meta>> {
    for (const counter of this.counters()) {
      const buckets = [...counter.buckets].map(([bucket, each]) => ({ bucket, ...each }));
      const { ref, oldestBucket } = counter;
      yield { kind: 'counter', counter: { ref, oldestBucket, resetAtMs: undefined, buckets } };
    }
    for (const [key, value] of this.documents()) yield { kind: 'document', key, value };
    for (const held of this.reservations()) {
      yield { kind: 'reservation', held: heldStateOf<Meta>(held) };
    }
  }

  /** Nothing where no bucket is left. */
  putCounter({ ref, oldestBucket, buckets }: TallyCounter): void {
    if (buckets.size === 0) {
      this.#drop().run('counter', ref.key);
      return;
    }
    let forgetAtMs: number | null = 0;
    const flat = [...buckets].map(([bucket, each]) => {
      const at = Number.isFinite(each.forgetAtMs) ? each.forgetAtMs : null;
      const isHeld = at === null || each.reserved !== 0;
      forgetAtMs = isHeld || forgetAtMs === null ? null : Math.max(forgetAtMs, at);
      return [bucket, each.reserved, each.committed, at] as const;
    });
    const body: CounterBody = { ref, oldestBucket, buckets: flat };
    this.#write({ kind: 'counter', key: ref.key, body, budget: ref.budget, forgetAtMs });
  }

  putReservation(held: TallyReservation): void {
    this.#write({ kind: 'reservation', key: held.id, body: held });
  }

  dropReservation(id: string): void {
    this.#drop().run('reservation', id);
  }

  putDocument(key: string, value: unknown): void {
    if (value === null) this.#drop().run('document', key);
    else this.#write({ kind: 'document', key, body: value });
  }

  #write(row: Written): void {
    const { kind, key, body, budget = null, forgetAtMs = null } = row;
    const text = JSON.stringify(body);
    this.#put().run(kind, key, text, crcOf({ kind, key, body: text }), budget, forgetAtMs);
  }

  #body(kind: Kind, key: string): unknown {
    const row = this.#one.get(kind, key);
    return row && bodyOf(row);
  }
}

interface Written {
  readonly kind: Kind;
  readonly key: string;
  readonly body: unknown;
  readonly budget?: string;
  readonly forgetAtMs?: number | null;
}

function crcOf({ kind, key, body }: Omit<CarryRow, 'crc'>): number {
  return crc32(`${kind} ${key} ${body}`);
}

/** @throws StoreFailure `corrupt` */
function bodyOf(stored: Record<string, unknown>): unknown {
  const row = stored as unknown as CarryRow;
  if (crcOf(row) === row.crc) return JSON.parse(row.body);
  throw corrupt(undefined, `the carry of ${row.kind} ${row.key} has a wrong checksum`);
}

function counterOf(body: unknown): TallyCounter {
  const { ref, oldestBucket, buckets } = body as CounterBody;
  const all = buckets.map(([bucket, reserved, committed, forgetAtMs]) => {
    const each = { reserved, committed, forgetAtMs: forgetAtMs ?? Number.POSITIVE_INFINITY };
    return [bucket, each] as const;
  });
  return { ref, oldestBucket, buckets: new Map<number, TallyBucket>(all) };
}

function heldStateOf<Meta>(held: TallyReservation): HeldState<Meta> {
  const { id, state, fingerprint, expiresAtMs, endedAtMs, meta, settlement } = held;
  const entries = held.entries.map(({ counter, bucket, amount, expireAmount }) => {
    return { counter, bucket, amount, expireAmount };
  });
  const committed = state === 'open' ? undefined : held.entries.map((each) => each.committed);
  const rest = { entries, committed, meta, settlement } as Pick<
    HeldState<Meta>,
    'entries' | 'committed' | 'meta' | 'settlement'
  >;
  return { id, state, fingerprint, expiresAtMs, endedAtMs, ...rest };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
