// The engine's verbs as every store answers them: with copies, and with word of calls that have ended.
import type {
  Engine,
  ExpireRequest,
  ExtendOutcome,
  ExtendPlan,
  HeldEntry,
  PutPlan,
  RecordPlan,
  Reservation,
  ReserveOutcome,
  ReservePlan,
  ResetPlan,
  SettleRequest,
} from '@spendfuse/core';

/** What says in which counter a call has come to its end: there may be room now, or none to wait for. */
export type Ended = Pick<HeldEntry, 'counter'>;

/** Must not throw. */
export type EndListener = (ended: readonly Ended[]) => void;

/**
 * Contract: an answer is a copy, so that a later verb does not show in it before it is durable (L3). What
 * the verbs named `…Live` answer is the ledger's own, to be read before another verb is used. Listeners
 * are called when the verb is through, so they may use verbs themselves.
 */
export class Verbs<Meta> {
  readonly #engine: Engine<Meta>;
  readonly #listeners: readonly EndListener[];

  constructor({ engine, listeners }: VerbsOptions<Meta>) {
    this.#engine = engine;
    this.#listeners = listeners;
  }

  reserveLive(plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    return this.#engine.reserve(plan);
  }

  reserve(plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    const outcome = this.#engine.reserve(plan);
    if (outcome.kind === 'refused') return outcome;
    const { kind, reservation, repeated, shadow } = outcome;
    return { kind, reservation: copyOf(reservation), repeated, shadow };
  }

  findLive(id: string): Reservation<Meta> | undefined {
    return this.#engine.find(id);
  }

  find(id: string): Reservation<Meta> | undefined {
    const held = this.#engine.find(id);
    return held && copyOf(held);
  }

  /** `entries`: those of the reservation. The engine lets go of what cannot change any more. */
  commitLive(request: SettleRequest<Meta>, entries: readonly HeldEntry[]): Reservation<Meta> {
    const held = this.#engine.commit(request);
    this.#tell(entries);
    return held;
  }

  commit(request: SettleRequest<Meta>): Reservation<Meta> {
    return copyOf(this.commitLive(request, this.#entriesOf(request.id)));
  }

  release(request: SettleRequest<Meta>): void {
    this.#engine.release(request);
    this.#tell(this.#entriesOf(request.id));
  }

  extend(plan: ExtendPlan): ExtendOutcome<Meta> {
    const outcome = this.#engine.extend(plan);
    if (outcome.kind === 'refused') return outcome;
    return { kind: 'extended', reservation: copyOf(outcome.reservation) };
  }

  reset(plan: ResetPlan<Meta>): void {
    this.#engine.reset(plan);
    const counters = [...this.#engine.counters(plan.budget)];
    const ended = counters.map((counter) => ({ counter }));
    for (const listener of this.#listeners) listener(ended);
  }

  put(plan: PutPlan<Meta>): void {
    this.#engine.put(plan);
  }

  record(plan: RecordPlan<Meta>): Reservation<Meta> {
    const held = this.#engine.record(plan);
    this.#tell(plan.entries);
    return copyOf(held);
  }

  expire(request: ExpireRequest): readonly Reservation<Meta>[] {
    const ended = this.#engine.expire(request).map(copyOf);
    this.#tell(ended.flatMap(({ entries }) => entries));
    return ended;
  }

  #entriesOf(id: string): readonly HeldEntry[] {
    return this.#engine.find(id)?.entries ?? [];
  }

  #tell(entries: readonly HeldEntry[]): void {
    if (entries.length === 0) return;
    for (const listener of this.#listeners) listener(entries);
  }
}

export interface VerbsOptions<Meta> {
  readonly engine: Engine<Meta>;
  /** May grow. */
  readonly listeners: readonly EndListener[];
}

function copyOf<Meta>(held: Reservation<Meta>): Reservation<Meta> {
  const { id, state, fingerprint, expiresAtMs, entries, meta, settlement } = held;
  return { id, state, fingerprint, expiresAtMs, entries, meta, settlement };
}
