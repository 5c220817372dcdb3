// The ledger engine: synchronous, in memory, free of I/O; every change is a record that can be replayed.
import { Counter } from './counter.ts';
import { SpendfuseError } from './errors.ts';
import { mintedAtMs } from './id.ts';
import type {
  CounterRef,
  CounterSums,
  EntryRefusal,
  ExpireRequest,
  ExtendPlan,
  HeldEntry,
  PlanEntry,
  ReadQuery,
  RecordPlan,
  Reservation,
  ReserveOutcome,
  ReservePlan,
  SettleRequest,
} from './ledger.ts';
import { type Held, Memory } from './memory.ts';
import type { LedgerRecord, RecordedEntry, SettlingVerb } from './record.ts';
import { HORIZON_MS } from './window.ts';

export interface EngineOptions<Meta> {
  /** Gets each record right after it took effect, in order. A journal writes it down. */
  readonly onRecord?: ((record: LedgerRecord<Meta>) => void) | undefined;
  /** Settled ids kept in memory. Default 200,000. */
  readonly maxSettled?: number | undefined;
}

/**
 * Contract: a method either throws and has changed nothing, or has made one record, applied it, and
 * handed it on. `apply` with the same records in the same order gives the same engine.
 */
export class Engine<Meta> {
  readonly #counters = new Map<string, Counter>();
  readonly #byBudget = new Map<string, Set<CounterRef>>();
  readonly #memory: Memory<Meta>;
  readonly #onRecord: ((record: LedgerRecord<Meta>) => void) | undefined;
  #sweep: Iterator<[string, Counter]> | undefined;

  constructor({ onRecord, maxSettled = 200_000 }: EngineOptions<Meta> = {}) {
    this.#onRecord = onRecord;
    this.#memory = new Memory({ maxSettled });
  }

  /** All entries or none (L2). A repeat of a granted id is granted again and changes nothing (L4). */
  reserve(plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    const known = this.#known(plan.id, plan.nowMs);
    if (known) return this.#repeat(known, plan);
    const refusals: EntryRefusal[] = [];
    const shadow: EntryRefusal[] = [];
    for (let index = 0; index < plan.entries.length; index++) {
      const entry = plan.entries[index] as PlanEntry;
      const refusal = this.#check(entry, index);
      if (refusal) (entry.shadow ? shadow : refusals).push(refusal);
    }
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const { id, fingerprint, nowMs, expiresAtMs, meta } = plan;
    const entries = plan.entries.map(recorded);
    this.#emit({ verb: 'reserve', id, atMs: nowMs, fingerprint, expiresAtMs, entries, meta });
    return { kind: 'granted', reservation: this.#get(id), repeated: false, shadow };
  }

  /** What is known of an id; undefined: nothing, or no more. */
  find(id: string): Reservation<Meta> | undefined {
    return this.#memory.get(id);
  }

  /** Whether an id that `find` does not know may have been forgotten for lack of room. */
  mayHaveForgotten(id: string): boolean {
    return this.#memory.mayHaveForgotten(id);
  }

  /** Takes back a reservation that was forgotten, as it was. */
  remember(record: readonly LedgerRecord<Meta>[]): void {
    for (const each of record) this.#restore(each);
  }

  commit(request: SettleRequest<Meta>): Reservation<Meta> {
    const held = this.#known(request.id, request.nowMs);
    if (!held || held.state === 'tombstone') throw notFound(request.id);
    if (held.state === 'committed') {
      if (held.settlement?.fingerprint !== request.fingerprint) throw reused(request.id);
      return held;
    }
    return this.#settle('commit', held, request);
  }

  release(request: SettleRequest<Meta>): void {
    const held = this.#known(request.id, request.nowMs);
    if (!held) {
      const { id, nowMs, fingerprint } = request;
      this.#emit({ verb: 'tombstone', id, atMs: nowMs, fingerprint });
      return;
    }
    if (held.state === 'released' || held.state === 'tombstone') return;
    if (held.state === 'committed') throw settled(request.id);
    this.#settle('release', held, request);
  }

  extend({ id, nowMs, expiresAtMs }: ExtendPlan): Reservation<Meta> {
    const held = this.#known(id, nowMs);
    if (!held || held.state === 'tombstone') throw notFound(id);
    if (held.state === 'expired') throw expired(id);
    if (held.state !== 'open') throw settled(id);
    if (expiresAtMs > held.expiresAtMs) {
      this.#emit({ verb: 'extend', id, atMs: nowMs, expiresAtMs });
    }
    return held;
  }

  /** Counts the usage of a call that has no reservation here, without asking for room (L6). */
  record(plan: RecordPlan<Meta>): Reservation<Meta> {
    const known = this.#known(plan.id, plan.nowMs);
    if (known && known.state !== 'tombstone') {
      if (known.settlement?.fingerprint === plan.fingerprint) return known;
      throw reused(plan.id);
    }
    for (const entry of plan.entries) {
      this.#counters.get(entry.counter.key)?.checkRoomFor(entry.amount);
    }
    const { id, nowMs, fingerprint, meta } = plan;
    const entries = plan.entries.map(recorded);
    this.#emit({ verb: 'record', id, atMs: nowMs, fingerprint, entries, meta });
    return this.#get(id);
  }

  expire({ nowMs, max }: ExpireRequest): readonly Reservation<Meta>[] {
    const due = this.#memory.due(nowMs, max);
    for (const held of due) {
      const amounts = held.entries.map((entry) => entry.expireAmount);
      this.#settle('expire', held, {
        id: held.id,
        nowMs,
        fingerprint: 0,
        amounts,
        meta: undefined,
      });
    }
    return due;
  }

  read({ key, oldestBucket }: ReadQuery): CounterSums {
    return this.#counters.get(key)?.sums(oldestBucket) ?? { committed: 0, reserved: 0 };
  }

  counters(budget: string): Iterable<CounterRef> {
    return this.#byBudget.get(budget) ?? [];
  }

  openCount(): number {
    return this.#memory.openCount();
  }

  /** Gives every open reservation at least until `expiresAtMs` (L10, after a start). */
  graceUntil(nowMs: number, expiresAtMs: number): void {
    const open = [...this.#memory.open()];
    for (const { id } of open) this.extend({ id, nowMs, expiresAtMs });
  }

  /** Looks at up to `max` counters, going on where the last call stopped. */
  forget({ nowMs, max }: ExpireRequest): void {
    for (let i = 0; i < max; i++) {
      this.#sweep ??= this.#counters.entries();
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
        return;
      }
      const [key, counter] = next.value;
      if (!counter.forget(nowMs)) continue;
      this.#counters.delete(key);
      this.#byBudget.get(counter.ref.budget)?.delete(counter.ref);
    }
  }

  /** Carries out a record. The only place where anything changes. */
  apply(record: LedgerRecord<Meta>): void {
    switch (record.verb) {
      case 'reserve':
      case 'record':
        return this.#applyNew(record);
      case 'commit':
      case 'release':
      case 'expire':
        return this.#applySettlement(record);
      case 'extend':
        return this.#memory.reschedule(this.#get(record.id), record.expiresAtMs);
      case 'tombstone':
        return this.#restore(record);
      case 'note':
        return;
    }
  }

  #applyNew(record: Extract<LedgerRecord<Meta>, { verb: 'reserve' | 'record' }>): void {
    const isReserve = record.verb === 'reserve';
    for (const entry of record.entries) {
      const counter = this.#counter(entry.counter);
      counter.open(entry);
      const { bucket, amount } = entry;
      counter.add({
        bucket,
        reserved: isReserve ? amount : 0,
        committed: isReserve ? 0 : amount,
      });
    }
    this.#restore(record);
  }

  /** Notes what a record says of an id, without touching counters. */
  #restore(record: LedgerRecord<Meta>): void {
    if (record.verb === 'reserve') {
      const { id, fingerprint, expiresAtMs, entries, meta } = record;
      const committed = entries.map(() => 0);
      const settlement = undefined;
      const state = 'open';
      this.#memory.add({
        id,
        state,
        fingerprint,
        expiresAtMs,
        entries,
        committed,
        meta,
        settlement,
      });
    } else if (record.verb === 'record') {
      const { id, fingerprint, entries, meta, atMs } = record;
      const amounts = entries.map((entry) => entry.amount);
      const settlement = { fingerprint, amounts, meta, late: false };
      const state = 'committed';
      const ids = { id, state, fingerprint: 0, expiresAtMs: atMs } as const;
      this.#memory.add({ ...ids, entries, committed: amounts, meta, settlement });
    } else if (record.verb === 'tombstone') {
      const { id, fingerprint, atMs } = record;
      const ids = { id, state: 'tombstone', fingerprint, expiresAtMs: atMs } as const;
      this.#memory.add({
        ...ids,
        entries: [],
        committed: [],
        meta: undefined,
        settlement: undefined,
      });
    } else if (record.verb !== 'extend' && record.verb !== 'note') {
      const held = this.#get(record.id);
      if (held.state === 'open') this.#memory.close(held);
      held.state = END_STATES[record.verb];
      const { fingerprint, amounts, meta, late } = record;
      held.settlement = { fingerprint, amounts, meta, late };
      held.committed = amounts;
    }
  }

  #applySettlement(record: Extract<LedgerRecord<Meta>, { verb: SettlingVerb }>): void {
    const held = this.#get(record.id);
    const wasOpen = held.state === 'open';
    for (let i = 0; i < held.entries.length; i++) {
      const entry = held.entries[i] as HeldEntry;
      const { bucket, amount } = entry;
      const committed = (record.amounts[i] ?? 0) - (held.committed[i] ?? 0);
      const reserved = wasOpen ? -amount : 0;
      this.#counters.get(entry.counter.key)?.add({ bucket, reserved, committed });
    }
    this.#restore(record);
  }

  #settle(verb: SettlingVerb, held: Held<Meta>, request: SettleRequest<Meta>): Reservation<Meta> {
    const { id, nowMs, fingerprint, amounts, meta } = request;
    for (let i = 0; i < held.entries.length; i++) {
      const entry = held.entries[i] as HeldEntry;
      this.#counters.get(entry.counter.key)?.checkRoomFor(amounts[i] ?? 0);
    }
    const late = held.state !== 'open';
    this.#emit({ verb, id, atMs: nowMs, fingerprint, amounts, meta, late });
    return held;
  }

  #repeat(known: Held<Meta>, plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    if (known.state === 'tombstone') throw settled(plan.id);
    if (known.fingerprint !== plan.fingerprint) throw reused(plan.id);
    return { kind: 'granted', reservation: known, repeated: true, shadow: [] };
  }

  #check(entry: PlanEntry, index: number): EntryRefusal | undefined {
    const counter = this.#counters.get(entry.counter.key);
    const kind = counter ? counter.refusal(entry) : refusalOfEmpty(entry);
    if (!kind) return undefined;
    const { committed, reserved } = counter?.sums(entry.oldestBucket) ?? NOTHING;
    const leavingBucket = kind === 'EXHAUSTED' ? counter?.leavingBucket(entry) : undefined;
    return { index, kind, committed, reserved, leavingBucket };
  }

  /** @throws SpendfuseError `ID_EXPIRED` for an id too old to tell. */
  #known(id: string, nowMs: number): Held<Meta> | undefined {
    const held = this.#memory.get(id);
    if (!held && mintedAtMs(id) < nowMs - HORIZON_MS) {
      const message = `reservation ${id} is older than 24 h; whether it was used is not known`;
      throw new SpendfuseError({ code: 'ID_EXPIRED', message, field: 'id' });
    }
    return held;
  }

  #get(id: string): Held<Meta> {
    const held = this.#memory.get(id);
    if (!held) throw notFound(id);
    return held;
  }

  #counter(ref: CounterRef): Counter {
    let counter = this.#counters.get(ref.key);
    if (counter) return counter;
    counter = new Counter(ref);
    this.#counters.set(ref.key, counter);
    const refs = this.#byBudget.get(ref.budget);
    if (refs) refs.add(ref);
    else this.#byBudget.set(ref.budget, new Set([ref]));
    return counter;
  }

  #emit(record: LedgerRecord<Meta>): void {
    this.apply(record);
    this.#onRecord?.(record);
  }
}

const NOTHING: CounterSums = { committed: 0, reserved: 0 };

const END_STATES = { commit: 'committed', release: 'released', expire: 'expired' } as const;

function recorded(entry: PlanEntry): RecordedEntry {
  const { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs } = entry;
  return { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs };
}

function refusalOfEmpty({ amount, ceiling }: PlanEntry): 'TOO_LARGE' | undefined {
  return amount > ceiling ? 'TOO_LARGE' : undefined;
}

function notFound(id: string): SpendfuseError {
  return new SpendfuseError({
    code: 'NOT_FOUND',
    message: `no reservation ${id}; send \`call\` along to have the usage recorded`,
    field: 'id',
  });
}

function reused(id: string): SpendfuseError {
  return new SpendfuseError({
    code: 'ID_REUSED',
    message: `id ${id} was used before with other content; mint a new one for each attempt`,
    field: 'id',
  });
}

function settled(id: string): SpendfuseError {
  return new SpendfuseError({
    code: 'SETTLED',
    message: `reservation ${id} has already ended`,
    field: 'id',
  });
}

function expired(id: string): SpendfuseError {
  return new SpendfuseError({
    code: 'EXPIRED',
    message: `reservation ${id} expired before it was extended`,
    field: 'id',
  });
}
