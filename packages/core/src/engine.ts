// The ledger engine: synchronous, in memory, free of I/O; every change is a record that can be replayed.
import type { CounterRef, HeldEntry, PlanEntry, RecordedEntry } from './entry.ts';
import { Counter } from './counter.ts';
import { SpendfuseError } from './errors.ts';
import { mintedAtMs } from './id.ts';
import type {
  CounterSums,
  Document,
  EntryRefusal,
  ExpireRequest,
  ExtendOutcome,
  ExtendPlan,
  PutPlan,
  ReadQuery,
  RecordPlan,
  Reservation,
  ReserveOutcome,
  ReservePlan,
  ResetPlan,
  SettleRequest,
} from './ledger.ts';
import { type Held, Memory } from './memory.ts';
import type { GrownAmounts, LedgerRecord, SettlingVerb } from './record.ts';
import type { Labels } from './subject.ts';
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
  readonly #documents = new Map<string, unknown>();
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
    const { id, fingerprint, nowMs: atMs, expiresAtMs, entries, meta } = plan;
    const refusals: EntryRefusal[] = [];
    const shadow: EntryRefusal[] = [];
    const counters: (Counter | undefined)[] = [];
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as PlanEntry;
      const counter = this.#counters.get(entry.counter.key);
      counters.push(counter);
      if (!counter) this.#checkScopes(entry);
      const refusal = refusalOf(entry, counter, index);
      if (refusal) (entry.shadow ? shadow : refusals).push(refusal);
    }
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const record = { verb: 'reserve', id, atMs, fingerprint, expiresAtMs, entries, meta } as const;
    const reservation = this.#applyNew(record, counters);
    this.#onRecord?.(record);
    return { kind: 'granted', reservation, repeated: false, shadow };
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

  /** A hold that cannot grow leaves the reservation as it was, its expiry included. */
  extend({ id, nowMs, expiresAtMs, entries }: ExtendPlan): ExtendOutcome<Meta> {
    const held = this.#known(id, nowMs);
    if (!held || held.state === 'tombstone') throw notFound(id);
    if (held.state === 'expired') throw expired(id);
    if (held.state !== 'open') throw settled(id);
    const refusals = entries ? this.#growthRefusals(held, entries) : [];
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const grown = entries && grownAmounts(held, entries);
    if (grown || expiresAtMs > held.expiresAtMs) {
      const laterMs = Math.max(expiresAtMs, held.expiresAtMs);
      this.#emit({ verb: 'extend', id, atMs: nowMs, expiresAtMs: laterMs, grown });
    }
    return { kind: 'extended', reservation: held };
  }

  /** Sets what a budget's counters have committed to 0, of one scope or of all (L9). */
  reset({ id, nowMs, budget, scope, meta }: ResetPlan<Meta>): void {
    this.#emit({ verb: 'reset', id, atMs: nowMs, budget, scope, meta });
  }

  /** Keeps a document, or removes it (`null`). */
  put({ id, nowMs, key, value, meta }: PutPlan<Meta>): void {
    this.#emit({ verb: 'put', id, atMs: nowMs, key, value, meta });
  }

  /** Documents whose key begins so. */
  documents(prefix: string): readonly Document[] {
    const found: Document[] = [];
    for (const [key, value] of this.#documents) {
      if (key.startsWith(prefix)) found.push({ key, value });
    }
    return found;
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
    const { entries } = plan;
    const record = { verb: 'record', id, atMs: nowMs, fingerprint, entries, meta } as const;
    const reservation = this.#applyNew(record);
    this.#onRecord?.(record);
    return reservation;
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

  /** Carries out a record, as the verb did that made it. */
  apply(record: LedgerRecord<Meta>): void {
    switch (record.verb) {
      case 'reserve':
      case 'record':
        this.#applyNew(record);
        return;
      case 'commit':
      case 'release':
      case 'expire':
        this.#applySettlement(record, this.#get(record.id));
        return;
      case 'extend':
        this.#applyExtension(record, this.#get(record.id));
        return;
      case 'reset':
        this.#applyReset(record);
        return;
      case 'put':
        if (record.value === null) this.#documents.delete(record.key);
        else this.#documents.set(record.key, record.value);
        return;
      case 'tombstone':
        this.#restore(record);
        return;
      case 'note':
        return;
    }
  }

  #applyNew(record: NewRecord<Meta>, found: readonly (Counter | undefined)[] = []): Held<Meta> {
    const isReserve = record.verb === 'reserve';
    const counters: Counter[] = [];
    for (let i = 0; i < record.entries.length; i++) {
      const entry = record.entries[i] as RecordedEntry;
      const counter = found[i] ?? this.#counter(entry.counter);
      const { bucket, amount } = entry;
      counter.open(entry);
      counter.add({
        bucket,
        reserved: isReserve ? amount : 0,
        committed: isReserve ? 0 : amount,
      });
      counters.push(counter);
    }
    return this.#remember(record, counters);
  }

  #remember(record: NewRecord<Meta>, counters: Held<Meta>['counters']): Held<Meta> {
    const { id, entries, meta } = record;
    let held: Held<Meta>;
    if (record.verb === 'reserve') {
      const { fingerprint, expiresAtMs } = record;
      const fresh = { committed: undefined, settlement: undefined, endedAtMs: undefined };
      const state = 'open';
      held = { id, state, fingerprint, expiresAtMs, entries, counters, meta, ...fresh };
    } else {
      const { fingerprint, atMs } = record;
      const amounts = entries.map(({ amount }) => amount);
      const settlement = { fingerprint, amounts, meta, late: false };
      held = { ...settledBy(id, atMs), state: 'committed', meta, settlement };
    }
    this.#memory.add(held);
    return held;
  }

  /** Notes what a record says of an id, without touching counters. */
  #restore(record: LedgerRecord<Meta>): void {
    if (record.verb === 'reserve' || record.verb === 'record') {
      this.#remember(
        record,
        record.entries.map(({ counter }) => this.#counters.get(counter.key)),
      );
    } else if (record.verb === 'tombstone') {
      const { id, fingerprint, atMs } = record;
      this.#memory.add({ ...settledBy(id, atMs), state: 'tombstone', fingerprint });
    } else if (record.verb === 'extend') {
      const held = this.#get(record.id);
      if (record.grown) held.entries = grownEntries(held, record.grown);
    } else if (isSettling(record)) {
      end(this.#memory, this.#get(record.id), record);
    }
  }

  #applyExtension(record: ExtendRecord<Meta>, held: Held<Meta>): void {
    const { grown, expiresAtMs } = record;
    this.#memory.reschedule(held, expiresAtMs);
    if (!grown) return;
    for (let i = 0; i < held.counters.length; i++) {
      const { bucket, amount } = held.entries[i] as HeldEntry;
      const reserved = (grown.amounts[i] ?? amount) - amount;
      held.counters[i]?.add({ bucket, reserved, committed: 0 });
    }
    held.entries = grownEntries(held, grown);
  }

  #applyReset({ budget, scope, atMs }: Extract<LedgerRecord<Meta>, { verb: 'reset' }>): void {
    for (const ref of this.#byBudget.get(budget) ?? []) {
      if (isWithin(ref.scope, scope)) this.#counters.get(ref.key)?.reset(atMs);
    }
  }

  #growthRefusals(held: Held<Meta>, wanted: readonly PlanEntry[]): readonly EntryRefusal[] {
    const refusals: EntryRefusal[] = [];
    for (let index = 0; index < wanted.length; index++) {
      const { bucket, amount } = held.entries[index] as HeldEntry;
      const entry = wanted[index] as PlanEntry;
      const more = entry.amount - amount;
      const counter = held.counters[index];
      // A bucket that has left the window limits nothing any more.
      if (more <= 0 || entry.shadow || !counter || bucket < entry.oldestBucket) continue;
      const refusal = refusalOf({ ...entry, amount: more }, counter, index);
      if (refusal) refusals.push(refusal);
    }
    return refusals;
  }

  /** @throws SpendfuseError `RESOURCE_EXHAUSTED` where the budget has all the scopes it may have. */
  #checkScopes({ counter, maxCounters }: PlanEntry): void {
    if ((this.#byBudget.get(counter.budget)?.size ?? 0) < maxCounters) return;
    const message = `budget "${counter.budget}" has as many open scopes as it may have; raise maxScopes`;
    throw new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
  }

  #applySettlement(record: SettlingRecord<Meta>, held: Held<Meta>): void {
    const wasOpen = held.state === 'open';
    for (let i = 0; i < held.counters.length; i++) {
      const { bucket, amount } = held.entries[i] as HeldEntry;
      const counter = held.counters[i];
      if (!counter) continue;
      // What ended before a reset has left the counter with it.
      const isReset = (held.endedAtMs ?? Infinity) <= counter.resetAtMs;
      const before = isReset ? 0 : (held.committed?.[i] ?? 0);
      const committed = (record.amounts[i] ?? 0) - before;
      counter.add({ bucket, reserved: wasOpen ? -amount : 0, committed });
    }
    end(this.#memory, held, record);
  }

  #settle(verb: SettlingVerb, held: Held<Meta>, request: SettleRequest<Meta>): Reservation<Meta> {
    const { id, nowMs: atMs, fingerprint, amounts, meta } = request;
    for (let i = 0; i < held.counters.length; i++) {
      held.counters[i]?.checkRoomFor(amounts[i] ?? 0);
    }
    const late = held.state !== 'open';
    const record = { verb, id, atMs, fingerprint, amounts, meta, late } as const;
    this.#applySettlement(record, held);
    this.#onRecord?.(record);
    return held;
  }

  #repeat(known: Held<Meta>, plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    if (known.state === 'tombstone') throw settled(plan.id);
    if (known.fingerprint !== plan.fingerprint) throw reused(plan.id);
    return { kind: 'granted', reservation: known, repeated: true, shadow: [] };
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

type NewRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'reserve' | 'record' }>;
type ExtendRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'extend' }>;
type SettlingRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: SettlingVerb }>;

/** Ends a reservation as the record says. A committed one can never change again. */
function end<Meta>(memory: Memory<Meta>, held: Held<Meta>, record: SettlingRecord<Meta>): void {
  const { verb, fingerprint, amounts, meta, late, atMs } = record;
  if (held.state === 'open') memory.close(held);
  held.state = END_STATES[verb];
  held.settlement = { fingerprint, amounts, meta, late };
  held.committed = amounts;
  held.endedAtMs = atMs;
  if (held.state === 'committed') Object.assign(held, NO_ENTRIES);
}

const NO_ENTRIES = { entries: [], counters: [], committed: undefined } as const;

function settledBy(id: string, atMs: number) {
  const nothing = { meta: undefined, settlement: undefined, fingerprint: 0 };
  return { id, expiresAtMs: atMs, endedAtMs: atMs, ...NO_ENTRIES, ...nothing };
}

function isSettling<Meta>(record: LedgerRecord<Meta>): record is SettlingRecord<Meta> {
  return record.verb === 'commit' || record.verb === 'release' || record.verb === 'expire';
}

/** What a reservation holds once it has grown; undefined: nothing grows. */
function grownAmounts<Meta>(
  held: Held<Meta>,
  wanted: readonly PlanEntry[],
): GrownAmounts | undefined {
  let grows = false;
  const amounts: number[] = [];
  const expireAmounts: number[] = [];
  for (let i = 0; i < held.entries.length; i++) {
    const { amount, expireAmount } = held.entries[i] as HeldEntry;
    const entry = wanted[i];
    const isMore = entry !== undefined && entry.amount > amount;
    grows ||= isMore;
    amounts.push(isMore ? entry.amount : amount);
    expireAmounts.push(isMore ? entry.expireAmount : expireAmount);
  }
  return grows ? { amounts, expireAmounts } : undefined;
}

function grownEntries<Meta>(held: Held<Meta>, grown: GrownAmounts): readonly HeldEntry[] {
  return held.entries.map((entry, i) => ({
    ...entry,
    amount: grown.amounts[i] ?? entry.amount,
    expireAmount: grown.expireAmounts[i] ?? entry.expireAmount,
  }));
}

function isWithin(scope: Labels, wanted: Labels | undefined): boolean {
  for (const name in wanted) if (scope[name] !== wanted[name]) return false;
  return true;
}

function refusalOf(
  entry: PlanEntry,
  counter: Counter | undefined,
  index: number,
): EntryRefusal | undefined {
  const kind = counter ? counter.refusal(entry) : refusalOfEmpty(entry);
  if (!kind) return undefined;
  const { committed, reserved } = counter?.sums(entry.oldestBucket) ?? NOTHING;
  const leavingBucket = kind === 'EXHAUSTED' ? counter?.leavingBucket(entry) : undefined;
  return { index, kind, committed, reserved, leavingBucket };
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
