// The ledger engine: synchronous, in memory, free of I/O; every change is a record that can be replayed.
import type { CounterRef, HeldEntry, PlanEntry, RecordedEntry } from './entry.ts';
import type { Counter } from './counter.ts';
import { Counters } from './counters.ts';
import { EndTimes } from './end-times.ts';
import { expired, notFound, reused, settled, tooManyScopes, tooOld } from './engine-errors.ts';
import { grow, grownAmounts, grownEntries, growthRefusals, refusalOf } from './growth.ts';
import {
  begun,
  type Held,
  heldOf,
  isSettling,
  type NewRecord,
  type SettlingRecord,
  stateOf,
  tombstone,
} from './held.ts';
import { mintedAtMs } from './id.ts';
import type {
  CounterSums,
  Document,
  EntryRefusal,
  ExpireRequest,
  ExtendOutcome,
  ExtendPlan,
  ForgetRequest,
  PutPlan,
  ReadQuery,
  RecordPlan,
  Reservation,
  ReserveOutcome,
  ReservePlan,
  ResetPlan,
  SettleRequest,
} from './ledger.ts';
import { Memory } from './memory.ts';
import type { LedgerRecord, RecordListener, SettlingVerb } from './record.ts';
import type { StatePart } from './state.ts';
import { HORIZON_MS } from './window.ts';

export interface EngineOptions<Meta> {
  /** Gets each record right after it took effect, in order. A journal writes it down. */
  readonly onRecord?: RecordListener<Meta> | undefined;
  /** Settled ids kept in memory. Default 200,000. */
  readonly maxSettled?: number | undefined;
}

/**
 * Contract: a method either throws and has changed nothing, or has made one record, applied it, and
 * handed it on. `apply` with the same records in the same order gives the same engine.
 */
export class Engine<Meta> {
  readonly #counters = new Counters();
  readonly #memory: Memory<Meta>;
  readonly #documents = new Map<string, unknown>();
  readonly #times = new EndTimes();
  readonly #onRecord: RecordListener<Meta> | undefined;

  constructor({ onRecord, maxSettled = 200_000 }: EngineOptions<Meta> = {}) {
    this.#onRecord = onRecord;
    this.#memory = new Memory({ maxSettled });
  }

  /** All entries or none (L2). A repeat of a granted id is granted again and changes nothing (L4). */
  reserve(plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    const known = this.#known(plan.id, plan.nowMs);
    if (known) return this.#repeat(known, plan);
    const { id, fingerprint, nowMs: atMs, expiresAtMs, entries, meta } = plan;
    let refusals: EntryRefusal[] | undefined;
    let shadow: EntryRefusal[] | undefined;
    const counters = Array<Counter | undefined>(entries.length);
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as PlanEntry;
      const counter = this.#counters.find(entry.counter);
      counters[index] = counter;
      if (!counter && !entry.shadow) this.#checkScopes(entry);
      const refusal = refusalOf(entry, counter, index);
      if (!refusal) continue;
      if (entry.shadow) (shadow ??= []).push(refusal);
      else (refusals ??= []).push(refusal);
    }
    if (refusals) return { kind: 'refused', refusals };
    const record = { verb: 'reserve', id, atMs, fingerprint, expiresAtMs, entries, meta } as const;
    const reservation = this.#applyNew(record, counters);
    this.#onRecord?.(record, undefined);
    return { kind: 'granted', reservation, repeated: false, shadow: shadow ?? NONE };
  }

  /** What is known of an id; undefined: nothing, or no more. */
  find(id: string): Reservation<Meta> | undefined {
    return this.#memory.get(id);
  }

  /** Whether an id that `find` does not know may have been forgotten for lack of room. */
  mayHaveForgotten(id: string): boolean {
    return mintedAtMs(id) <= this.#memory.forgottenUntilMs;
  }

  /** Takes back a reservation that was forgotten, as it was. */
  remember(record: readonly LedgerRecord<Meta>[]): void {
    for (const each of record) this.#restore(each);
  }

  commit(request: SettleRequest<Meta>): Reservation<Meta> {
    const held = this.#known(request.id, request.nowMs);
    if (!held || held.state === 'tombstone') throw notFound(request.id);
    if (held.state === 'committed') {
      if (held.settledAs !== request.fingerprint) throw reused(request.id);
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
    const refusals = entries ? growthRefusals(held, entries) : [];
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
    const atMs = this.#times.forReset(nowMs);
    this.#emit({ verb: 'reset', id, atMs, budget, scope, meta });
  }

  /** Keeps a document, or removes it (`null`). */
  put({ id, nowMs, key, value, meta }: PutPlan<Meta>): void {
    this.#emit({ verb: 'put', id, atMs: nowMs, key, value, meta });
  }

  documents(prefix: string): readonly Document[] {
    const keys = [...this.#documents.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => ({ key, value: this.#documents.get(key) }));
  }

  /** Counts the usage of a call that has no reservation here, without asking for room (L6). */
  record(plan: RecordPlan<Meta>): Reservation<Meta> {
    const known = this.#known(plan.id, plan.nowMs);
    if (known && known.state !== 'tombstone') {
      if (known.settledAs === plan.fingerprint) return known;
      throw reused(plan.id);
    }
    for (const entry of plan.entries) {
      this.#counters.find(entry.counter)?.checkRoomFor(entry.amount);
    }
    const { id, nowMs, fingerprint, entries, meta } = plan;
    const record = { verb: 'record', id, atMs: nowMs, fingerprint, entries, meta } as const;
    const reservation = this.#applyNew(record);
    this.#onRecord?.(record, undefined);
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

  /** Why these entries would be refused now, those of shadow budgets too; changes nothing. */
  check(entries: readonly PlanEntry[]): readonly EntryRefusal[] {
    return entries.flatMap((entry, index) => {
      return refusalOf(entry, this.#counters.find(entry.counter), index) ?? [];
    });
  }

  read({ counter, oldestBucket }: ReadQuery): CounterSums {
    return this.#counters.find(counter)?.sums(oldestBucket) ?? NOTHING;
  }

  counters(budget: string): Iterable<CounterRef> {
    return this.#counters.ofBudget(budget);
  }

  openCount(): number {
    return this.#memory.openCount();
  }

  /** Gives every open reservation at least until `expiresAtMs` (L10, after a start). */
  graceUntil(nowMs: number, expiresAtMs: number): void {
    const open = [...this.#memory.open()];
    for (const { id } of open) this.extend({ id, nowMs, expiresAtMs });
  }

  /** Forgets counters that are over, up to `max` looked at; returns the keys of those forgotten. */
  forget(request: ForgetRequest): readonly string[] {
    return this.#counters.forget(request);
  }

  /** Forgets what is committed, as if for lack of room. Returns how many ids it still knows. */
  forgetCommitted(): number {
    return this.#memory.dropCommitted();
  }

  /** Gives each id that it knows another meta. */
  reviseMetas(revise: (meta: Meta | undefined) => Meta | undefined): void {
    for (const held of this.#memory.all()) held.meta = revise(held.meta);
  }

  /** All there is, in parts, for `load` of a new engine. Nothing may change while it is read. */
  *dump(): Iterable<StatePart<Meta>> {
    for (const counter of this.#counters.states()) yield { kind: 'counter', counter };
    for (const held of this.#memory.all()) yield { kind: 'reservation', held: stateOf(held) };
    for (const [key, value] of this.#documents) yield { kind: 'document', key, value };
    yield { kind: 'forgotten', untilMs: this.#memory.forgottenUntilMs };
  }

  /** Takes over a part of what another engine has dumped, in its order, before anything else. */
  load(part: StatePart<Meta>): void {
    switch (part.kind) {
      case 'counter':
        this.#counters.load(part.counter);
        this.#times.reset(part.counter.resetAtMs);
        return;
      case 'reservation': {
        const counters = part.held.entries.map(({ counter }) => this.#counters.find(counter));
        this.#memory.add(heldOf(part.held, counters));
        this.#times.ended(part.held.endedAtMs);
        return;
      }
      case 'document':
        this.#documents.set(part.key, part.value);
        return;
      case 'forgotten':
        this.#memory.forgottenUntilMs = part.untilMs;
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
        this.#counters.reset(record, record.atMs);
        this.#times.reset(record.atMs);
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

  /** `counters`: those that are known already; the others are put into it. */
  #applyNew(record: NewRecord<Meta>, counters: (Counter | undefined)[] = []): Held<Meta> {
    const isReserve = record.verb === 'reserve';
    for (let i = 0; i < record.entries.length; i++) {
      const entry = record.entries[i] as RecordedEntry;
      const counter = counters[i] ?? this.#counters.get(entry.counter);
      counter.open(entry, record);
      if (isReserve) counter.add(entry, entry.amount, 0);
      else counter.add(entry, 0, entry.amount);
      counters[i] = counter;
    }
    return this.#remember(begun(record, counters));
  }

  #remember(held: Held<Meta>): Held<Meta> {
    this.#memory.add(held);
    return held;
  }

  /** Notes what a record says of an id, without touching counters. */
  #restore(record: LedgerRecord<Meta>): void {
    if (record.verb === 'reserve' || record.verb === 'record') {
      const counters = record.entries.map(({ counter }) => this.#counters.find(counter));
      this.#remember(begun(record, counters));
    } else if (record.verb === 'tombstone') {
      this.#remember(tombstone(record));
    } else if (record.verb === 'extend') {
      const held = this.#get(record.id);
      if (record.grown) held.entries = grownEntries(held.entries, record.grown);
    } else if (isSettling(record)) {
      this.#end(this.#get(record.id), record);
    }
  }

  #applyExtension(record: ExtendRecord<Meta>, held: Held<Meta>): void {
    const { grown, expiresAtMs } = record;
    this.#memory.reschedule(held, expiresAtMs);
    if (grown) grow(held, grown);
  }

  /** @throws SpendfuseError `RESOURCE_EXHAUSTED` where the budget has all the scopes it may have. */
  #checkScopes({ counter: { budget }, maxCounters }: PlanEntry): void {
    if (this.#counters.count(budget) >= maxCounters) throw tooManyScopes(budget);
  }

  #applySettlement(record: SettlingRecord<Meta>, held: Held<Meta>): void {
    const wasOpen = held.state === 'open';
    for (let i = 0; i < held.counters.length; i++) {
      const entry = held.entries[i] as HeldEntry;
      const counter = held.counters[i];
      if (!counter) continue;
      const before = held.committedIn(counter, i);
      counter.add(entry, wasOpen ? -entry.amount : 0, (record.amounts[i] ?? 0) - before);
    }
    this.#end(held, record);
  }

  #end(held: Held<Meta>, record: SettlingRecord<Meta>): void {
    if (held.state === 'open') this.#memory.close(held);
    held.end(record);
    this.#times.ended(held.endedAtMs);
  }

  #settle(verb: SettlingVerb, held: Held<Meta>, request: SettleRequest<Meta>): Reservation<Meta> {
    const { id, nowMs, fingerprint, amounts, meta, kept } = request;
    for (let i = 0; i < held.counters.length; i++) {
      held.counters[i]?.checkRoomFor(amounts[i] ?? 0);
    }
    const late = held.state !== 'open';
    const atMs = verb === 'commit' ? nowMs : this.#times.forEnd(nowMs);
    const record = { verb, id, atMs, fingerprint, amounts, meta, late } as const;
    this.#applySettlement(record, held);
    if (kept !== undefined) held.settledMeta = kept;
    this.#onRecord?.(record, held.meta);
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
    if (!held && mintedAtMs(id) < nowMs - HORIZON_MS) throw tooOld(id);
    return held;
  }

  #get(id: string): Held<Meta> {
    const held = this.#memory.get(id);
    if (!held) throw notFound(id);
    return held;
  }

  #emit(record: LedgerRecord<Meta>): void {
    this.apply(record);
    this.#onRecord?.(record, undefined);
  }
}

const NONE: readonly EntryRefusal[] = [];
const NOTHING: CounterSums = { committed: 0, reserved: 0 };

type ExtendRecord<Meta> = Extract<LedgerRecord<Meta>, { verb: 'extend' }>;
