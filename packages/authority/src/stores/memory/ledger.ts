// The store without a journal: answers at once and forgets all when the process ends.
import {
  type CounterRef,
  type CounterSums,
  type Document,
  Engine,
  type EntryRefusal,
  type ExpireRequest,
  type ExtendOutcome,
  type ExtendPlan,
  type Note,
  type PlanEntry,
  type PutPlan,
  type ReadQuery,
  type RecordPlan,
  type Reservation,
  type ReserveOutcome,
  type ReservePlan,
  type ResetPlan,
  type SettleRequest,
  SpendfuseError,
} from '@spendfuse/core';
import type { Queries, Store } from '../store.ts';
import { type EndListener, Verbs } from '../verbs.ts';
import { History } from './history.ts';

export interface MemoryLedgerOptions {
  /** Settled ids that are remembered; a verb on an older one is `ID_EXPIRED`. Default 200,000. */
  readonly maxSettled?: number | undefined;
  /** Records kept for the history, and for usage from before the first question. Default 10,000. */
  readonly maxHistory?: number | undefined;
}

export function openMemoryLedger<Meta>(options: MemoryLedgerOptions = {}): Store<Meta> {
  return new MemoryLedger<Meta>(options);
}

class MemoryLedger<Meta> implements Store<Meta> {
  readonly highWaterMs = 0;
  readonly #engine: Engine<Meta>;
  readonly #verbs: Verbs<Meta>;
  readonly #history: History<Meta>;
  readonly #listeners: EndListener[] = [];
  #closed = false;

  constructor({ maxSettled, maxHistory = 10_000 }: MemoryLedgerOptions) {
    this.#history = new History({ max: maxHistory });
    const onRecord = this.#history.add.bind(this.#history);
    this.#engine = new Engine({ onRecord, maxSettled });
    this.#verbs = new Verbs({ engine: this.#engine, listeners: this.#listeners });
  }

  atOnce(id: string): Verbs<Meta> | undefined {
    return this.#closed || this.#isForgotten(id) ? undefined : this.#verbs;
  }

  async reserve(plan: ReservePlan<Meta>): Promise<ReserveOutcome<Meta>> {
    this.#check(plan.id);
    return this.#verbs.reserve(plan);
  }

  async find(id: string): Promise<Reservation<Meta> | undefined> {
    this.#check(id);
    return this.#verbs.find(id);
  }

  async commit(request: SettleRequest<Meta>): Promise<Reservation<Meta>> {
    this.#check(request.id);
    return this.#verbs.commit(request);
  }

  async release(request: SettleRequest<Meta>): Promise<void> {
    this.#check(request.id);
    this.#verbs.release(request);
  }

  async extend(plan: ExtendPlan): Promise<ExtendOutcome<Meta>> {
    this.#check(plan.id);
    return this.#verbs.extend(plan);
  }

  async reset(plan: ResetPlan<Meta>): Promise<void> {
    this.#check();
    this.#verbs.reset(plan);
  }

  async put(plan: PutPlan<Meta>): Promise<void> {
    this.#check();
    this.#verbs.put(plan);
  }

  documents(prefix: string): readonly Document[] {
    return this.#engine.documents(prefix);
  }

  async record(plan: RecordPlan<Meta>): Promise<Reservation<Meta>> {
    this.#check(plan.id);
    return this.#verbs.record(plan);
  }

  async expire(request: ExpireRequest): Promise<readonly Reservation<Meta>[]> {
    this.#check();
    return this.#verbs.expire(request);
  }

  async settle(note?: Note<Meta>): Promise<void> {
    this.#check();
    if (!note) return;
    const { id, nowMs, meta } = note;
    this.#history.add({ verb: 'note', id, atMs: nowMs, meta });
  }

  check(entries: readonly PlanEntry[]): readonly EntryRefusal[] {
    return this.#engine.check(entries);
  }

  read(query: ReadQuery): CounterSums {
    return this.#engine.read(query);
  }

  counters(budget: string): Iterable<CounterRef> {
    return this.#engine.counters(budget);
  }

  forget(request: ExpireRequest): void {
    this.#engine.forget(request);
  }

  onEnded(listener: EndListener): void {
    this.#listeners.push(listener);
  }

  get queries(): Queries {
    return this.#history.queries;
  }

  ready(): boolean {
    return !this.#closed;
  }

  openReservations(): number {
    return this.#engine.openCount();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#history.close();
  }

  #isForgotten(id: string): boolean {
    return this.#engine.mayHaveForgotten(id) && !this.#engine.find(id);
  }

  /** Nothing says what became of a forgotten id, so it is never applied again (L4). */
  #check(id?: string): void {
    if (this.#closed) {
      throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'the ledger is closed' });
    }
    if (id === undefined || !this.#isForgotten(id)) return;
    const message = `id ${id} is older than what this ledger remembers; mint a new one`;
    throw new SpendfuseError({ code: 'ID_EXPIRED', message, field: 'id' });
  }
}
