// The engine's verbs as every store answers them: with copies, and with word of room given back.
import type {
  Engine,
  ExpireRequest,
  ExtendPlan,
  RecordPlan,
  Reservation,
  ReserveOutcome,
  ReservePlan,
  SettleRequest,
} from '@spendfuse/core';

/** Called with the keys of counters that hold less than before; it must not throw. */
export type RoomListener = (counters: readonly string[]) => void;

/**
 * Contract: an answer is a copy, so that a later verb does not show in it before it is durable (L3).
 * Listeners are called when the verb is through, so they may use verbs themselves.
 */
export class Verbs<Meta> {
  readonly #engine: Engine<Meta>;
  readonly #listeners: readonly RoomListener[];

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
    const before = this.#standing(request.id);
    const held = this.#engine.commit(request);
    this.#tellRoom(held, before);
    return copyOf(held);
  }

  release(request: SettleRequest<Meta>): void {
    const held = this.#engine.find(request.id);
    const before = this.#standing(request.id);
    this.#engine.release(request);
    if (held) this.#tellRoom(held, before);
  }

  extend(plan: ExtendPlan): Reservation<Meta> {
    return copyOf(this.#engine.extend(plan));
  }

  record(plan: RecordPlan<Meta>): Reservation<Meta> {
    return copyOf(this.#engine.record(plan));
  }

  expire(request: ExpireRequest): readonly Reservation<Meta>[] {
    const ended = this.#engine.expire(request).map(copyOf);
    const keys = new Set<string>();
    for (const held of ended) {
      const before = held.entries.map(({ amount }) => amount);
      for (const key of lowered(held, before)) keys.add(key);
    }
    this.#tell([...keys]);
    return ended;
  }

  /** What each entry of a reservation holds of its counter now. */
  #standing(id: string): readonly number[] {
    const held = this.#listeners.length > 0 ? this.#engine.find(id) : undefined;
    if (!held) return [];
    if (held.state === 'open') return held.entries.map(({ amount }) => amount);
    return held.settlement?.amounts ?? [];
  }

  #tellRoom(held: Reservation<Meta>, before: readonly number[]): void {
    if (before.length > 0) this.#tell(lowered(held, before));
  }

  #tell(keys: readonly string[]): void {
    if (keys.length > 0) for (const listener of this.#listeners) listener(keys);
  }
}

export interface VerbsOptions<Meta> {
  readonly engine: Engine<Meta>;
  /** May grow. */
  readonly listeners: readonly RoomListener[];
}

function lowered(held: Reservation<unknown>, before: readonly number[]): readonly string[] {
  const keys: string[] = [];
  for (let i = 0; i < held.entries.length; i++) {
    const after = held.settlement?.amounts[i] ?? 0;
    const key = held.entries[i]?.counter.key;
    if (key !== undefined && after < (before[i] ?? 0)) keys.push(key);
  }
  return keys;
}

function copyOf<Meta>(held: Reservation<Meta>): Reservation<Meta> {
  const { id, state, fingerprint, expiresAtMs, entries, meta, settlement } = held;
  return { id, state, fingerprint, expiresAtMs, entries, meta, settlement };
}
