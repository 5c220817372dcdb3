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

/**
 * Called with the keys of counters in which a call has come to its end: there may be room now, or it
 * may be certain that there will be none. It must not throw.
 */
export type EndListener = (counters: readonly string[]) => void;

/**
 * Contract: an answer is a copy, so that a later verb does not show in it before it is durable (L3).
 * Listeners are called when the verb is through, so they may use verbs themselves.
 */
export class Verbs<Meta> {
  readonly #engine: Engine<Meta>;
  readonly #listeners: readonly EndListener[];

  constructor({ engine, listeners }: VerbsOptions<Meta>) {
    this.#engine = engine;
    this.#listeners = listeners;
  }

  reserve(plan: ReservePlan<Meta>): ReserveOutcome<Meta> {
    const outcome = this.#engine.reserve(plan);
    if (outcome.kind === 'refused') return outcome;
    const { kind, reservation, repeated, shadow } = outcome;
    return { kind, reservation: copyOf(reservation), repeated, shadow };
  }

  find(id: string): Reservation<Meta> | undefined {
    const held = this.#engine.find(id);
    return held && copyOf(held);
  }

  commit(request: SettleRequest<Meta>): Reservation<Meta> {
    const entries = this.#entriesOf(request.id);
    const held = this.#engine.commit(request);
    this.#tell(entries);
    return copyOf(held);
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
    const refs = [...this.#engine.counters(plan.budget)];
    for (const listener of this.#listeners) listener(refs.map(({ key }) => key));
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

  /** Before a commit: the engine lets go of what cannot change any more. */
  #entriesOf(id: string): readonly HeldEntry[] {
    return this.#engine.find(id)?.entries ?? [];
  }

  #tell(entries: readonly HeldEntry[]): void {
    if (entries.length === 0 || this.#listeners.length === 0) return;
    const keys = entries.map(({ counter }) => counter.key);
    for (const listener of this.#listeners) listener(keys);
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
