// What the engine remembers of ids: all open reservations by expiry, and the latest that have ended.
import type { Held } from './held.ts';
import { mintedAtMs } from './id.ts';

/**
 * Open reservations that expire in one second, as a linked list: a call comes and goes in it at once. An
 * empty one stays until its time has come: the next call will need it.
 */
interface Slot<Meta> {
  first: Held<Meta> | undefined;
}

/** Ids that came one after the other. */
interface Generation<Meta> {
  readonly byId: Map<string, Held<Meta>>;
  /** The latest time at which an id in it was minted. */
  latestMintedMs: number;
}

const SLOT_MS = 1000;

/**
 * Contract: every open reservation is known, and at least the latest `maxSettled` others. Ids lie in two
 * generations; when the younger is full, the elder is dropped as a whole, which costs a call nothing.
 */
export class Memory<Meta> {
  readonly #maxSettled: number;
  #young: Generation<Meta> = newGeneration();
  #old: Generation<Meta> = newGeneration();
  readonly #slots = new Map<number, Slot<Meta>>();
  #firstSlot = Number.POSITIVE_INFINITY;
  #openCount = 0;
  #forgottenUntilMs = Number.NEGATIVE_INFINITY;

  constructor({ maxSettled }: { readonly maxSettled: number }) {
    this.#maxSettled = maxSettled;
  }

  get(id: string): Held<Meta> | undefined {
    const held = this.#young.byId.get(id);
    // Most ids that are not in the one are new, and so cannot be in the other.
    if (held || mintedAtMs(id) > this.#old.latestMintedMs) return held;
    return this.#old.byId.get(id);
  }

  /** Ids minted up to then may have ended and been forgotten; -Infinity: none. */
  get forgottenUntilMs(): number {
    return this.#forgottenUntilMs;
  }

  set forgottenUntilMs(ms: number) {
    this.#forgottenUntilMs = ms;
  }

  openCount(): number {
    return this.#openCount;
  }

  *open(): Iterable<Held<Meta>> {
    for (const slot of this.#slots.values()) yield* listed(slot);
  }

  /** All that are known, the oldest first. */
  *all(): Iterable<Held<Meta>> {
    yield* this.#old.byId.values();
    yield* this.#young.byId.values();
  }

  add(held: Held<Meta>): void {
    if (this.#young.byId.size - this.#openCount >= this.#maxSettled) this.#turn();
    this.#remember(held);
    if (held.state === 'open') this.#schedule(held);
  }

  reschedule(held: Held<Meta>, expiresAtMs: number): void {
    this.#unschedule(held);
    held.expiresAtMs = expiresAtMs;
    this.#schedule(held);
  }

  /** Call it before the state changes from open to another. */
  close(held: Held<Meta>): void {
    this.#unschedule(held);
  }

  /** Up to `max` open reservations that expire at or before `nowMs`, the earliest second first. */
  due(nowMs: number, max: number): readonly Held<Meta>[] {
    const due: Held<Meta>[] = [];
    const lastSlot = Math.floor(nowMs / SLOT_MS);
    for (const slot of this.#slotsUpTo(lastSlot)) {
      for (const held of listed(slot)) {
        if (held.expiresAtMs > nowMs) continue;
        due.push(held);
        if (due.length === max) return due;
      }
    }
    return due;
  }

  #slotsUpTo(lastSlot: number): readonly Slot<Meta>[] {
    if (this.#firstSlot > lastSlot) return [];
    for (const [number, { first }] of this.#slots) if (!first) this.#slots.delete(number);
    const numbers = [...this.#slots.keys()].sort((a, b) => a - b);
    this.#firstSlot = numbers[0] ?? Number.POSITIVE_INFINITY;
    return numbers
      .filter((number) => number <= lastSlot)
      .map((number) => this.#slots.get(number) as Slot<Meta>);
  }

  #schedule(held: Held<Meta>): void {
    const number = Math.floor(held.expiresAtMs / SLOT_MS);
    let slot = this.#slots.get(number);
    if (!slot) {
      slot = { first: undefined };
      this.#slots.set(number, slot);
      if (number < this.#firstSlot) this.#firstSlot = number;
    }
    held.later = slot.first;
    if (slot.first) slot.first.earlier = held;
    slot.first = held;
    this.#openCount += 1;
  }

  #unschedule(held: Held<Meta>): void {
    const { earlier, later } = held;
    if (later) later.earlier = earlier;
    if (earlier) earlier.later = later;
    else (this.#slots.get(Math.floor(held.expiresAtMs / SLOT_MS)) as Slot<Meta>).first = later;
    held.earlier = undefined;
    held.later = undefined;
    this.#openCount -= 1;
  }

  #remember(held: Held<Meta>): void {
    const mintedMs = mintedAtMs(held.id);
    // Whoever is younger than all that are in there cannot be.
    if (!(mintedMs > this.#old.latestMintedMs)) this.#old.byId.delete(held.id);
    this.#young.byId.set(held.id, held);
    if (mintedMs > this.#young.latestMintedMs) this.#young.latestMintedMs = mintedMs;
  }

  /** What is open lives on in the younger generation. */
  #turn(): void {
    const { latestMintedMs } = this.#old;
    this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, latestMintedMs);
    this.#old = this.#young;
    this.#young = newGeneration();
    for (const held of this.open()) this.#remember(held);
  }
}

function newGeneration<Meta>(): Generation<Meta> {
  return { byId: new Map(), latestMintedMs: Number.NEGATIVE_INFINITY };
}

function* listed<Meta>({ first }: Slot<Meta>): Iterable<Held<Meta>> {
  for (let held = first; held; ) {
    // It may be taken out while the caller looks at it.
    const next = held.later;
    yield held;
    held = next;
  }
}
