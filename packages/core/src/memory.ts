// What the engine remembers of ids: all open reservations by expiry, and the latest settled ones.
import type { HeldEntry } from './entry.ts';
import type { Counter } from './counter.ts';
import { mintedAtMs } from './id.ts';
import type { ReservationState, Settlement } from './ledger.ts';

/** A reservation as the engine holds it. */
export interface Held<Meta> {
  readonly id: string;
  state: ReservationState;
  readonly fingerprint: number;
  expiresAtMs: number;
  /** Let go of once committed: nothing can change them any more. */
  entries: readonly HeldEntry[];
  /** One for each entry; undefined: the counter is forgotten, and so is what it held. */
  counters: readonly (Counter | undefined)[];
  /** What each entry has committed so far; undefined: nothing. */
  committed: readonly number[] | undefined;
  readonly meta: Meta | undefined;
  settlement: Settlement<Meta> | undefined;
  /** Of the verb that ended it; undefined while it is open. */
  endedAtMs: number | undefined;
}

const SLOT_MS = 1000;

export class Memory<Meta> {
  readonly #byId = new Map<string, Held<Meta>>();
  /** Open reservations by the second in which they expire. */
  readonly #slots = new Map<number, Set<Held<Meta>>>();
  /** Settled ids as a ring, the oldest at `#oldest` once it is full. */
  readonly #settled: string[] = [];
  readonly #maxSettled: number;
  #oldest = 0;
  #firstSlot = Number.POSITIVE_INFINITY;
  #forgottenUntilMs = 0;

  constructor({ maxSettled }: { readonly maxSettled: number }) {
    this.#maxSettled = maxSettled;
  }

  get(id: string): Held<Meta> | undefined {
    return this.#byId.get(id);
  }

  /** Whether an id that is not here may have been settled and forgotten. */
  mayHaveForgotten(id: string): boolean {
    return mintedAtMs(id) <= this.#forgottenUntilMs;
  }

  openCount(): number {
    return this.#byId.size - this.#settled.length;
  }

  *open(): Iterable<Held<Meta>> {
    for (const slot of this.#slots.values()) yield* slot;
  }

  add(held: Held<Meta>): void {
    const known = this.#byId.has(held.id);
    this.#byId.set(held.id, held);
    if (held.state === 'open') this.#schedule(held);
    else if (!known) this.#rememberSettled(held.id);
  }

  reschedule(held: Held<Meta>, expiresAtMs: number): void {
    this.#unschedule(held);
    held.expiresAtMs = expiresAtMs;
    this.#schedule(held);
  }

  /** Call it before the state changes from open to another. */
  close(held: Held<Meta>): void {
    this.#unschedule(held);
    this.#rememberSettled(held.id);
  }

  /** Up to `max` open reservations that expire at or before `nowMs`, the earliest second first. */
  due(nowMs: number, max: number): readonly Held<Meta>[] {
    const due: Held<Meta>[] = [];
    const lastSlot = Math.floor(nowMs / SLOT_MS);
    if (this.#slots.size === 0) return due;
    for (const slot of this.#slotsUpTo(lastSlot)) {
      for (const held of this.#slots.get(slot) ?? []) {
        if (held.expiresAtMs > nowMs) continue;
        due.push(held);
        if (due.length === max) return due;
      }
    }
    return due;
  }

  #slotsUpTo(lastSlot: number): readonly number[] {
    if (this.#firstSlot > lastSlot) return [];
    const slots = [...this.#slots.keys()].sort((a, b) => a - b);
    this.#firstSlot = slots[0] ?? Number.POSITIVE_INFINITY;
    return slots.filter((slot) => slot <= lastSlot);
  }

  #schedule(held: Held<Meta>): void {
    const slot = Math.floor(held.expiresAtMs / SLOT_MS);
    const members = this.#slots.get(slot);
    if (members) members.add(held);
    else this.#slots.set(slot, new Set([held]));
    if (slot < this.#firstSlot) this.#firstSlot = slot;
  }

  #unschedule(held: Held<Meta>): void {
    const slot = Math.floor(held.expiresAtMs / SLOT_MS);
    const members = this.#slots.get(slot);
    members?.delete(held);
    if (members?.size === 0) this.#slots.delete(slot);
  }

  #rememberSettled(id: string): void {
    if (this.#settled.length < this.#maxSettled) {
      this.#settled.push(id);
      return;
    }
    const forgotten = this.#settled[this.#oldest] ?? '';
    this.#settled[this.#oldest] = id;
    this.#oldest = (this.#oldest + 1) % this.#maxSettled;
    this.#byId.delete(forgotten);
    this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, mintedAtMs(forgotten));
  }
}
