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

/** Ids that came one after the other, and between which times they were minted. */
interface Generation<Meta> {
  readonly byId: Map<string, Held<Meta>>;
  earliestMs: number;
  latestMs: number;
}

const SLOT_MS = 1000;

/** Small maps stay in the processor's cache, and grow without holding anybody up. */
const LEAST_GENERATIONS = 16;
const MOST_IDS_IN_GENERATION = 4096;

/**
 * Contract: every open reservation is known, and at least the latest `maxSettled` others. Ids lie in
 * generations: new ones go to the youngest, and the eldest is dropped as a whole when the others have
 * enough without it.
 */
export class Memory<Meta> {
  readonly #maxSettled: number;
  readonly #idsInGeneration: number;
  #young: Generation<Meta> = newGeneration();
  /** The others, the eldest first. */
  readonly #elder: Generation<Meta>[] = [];
  /** The latest time at which an id in one of them was minted. */
  #elderLatestMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  readonly #slots = new Map<number, Slot<Meta>>();
  #firstSlot = Number.POSITIVE_INFINITY;
  #openCount = 0;
  #forgottenUntilMs = Number.NEGATIVE_INFINITY;

  constructor({ maxSettled }: { readonly maxSettled: number }) {
    this.#maxSettled = maxSettled;
    const ids = Math.ceil(maxSettled / LEAST_GENERATIONS);
    this.#idsInGeneration = Math.min(ids, MOST_IDS_IN_GENERATION);
  }

  get(id: string): Held<Meta> | undefined {
    const held = this.#young.byId.get(id);
    if (held) return held;
    const mintedMs = mintedAtMs(id);
    // Most ids that are not in there are new, and so cannot be in an elder one.
    if (mintedMs > this.#elderLatestMs) return undefined;
    return this.#elderOf(id, mintedMs)?.byId.get(id);
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
    for (const { byId } of this.#elder) yield* byId.values();
    yield* this.#young.byId.values();
  }

  add(held: Held<Meta>): void {
    this.#remember(held);
    if (held.state === 'open') this.#schedule(held);
    if (this.#young.byId.size >= this.#idsInGeneration) this.#turn();
  }

  /** Returns how many ids are left. */
  dropCommitted(): number {
    const kept: Held<Meta>[] = [];
    for (const held of this.all()) {
      if (held.state !== 'committed') kept.push(held);
      else this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, mintedAtMs(held.id));
    }
    // To delete them one by one takes longer: a map that is changed for ever keeps the collector busy.
    this.#young = newGeneration();
    this.#elder.length = 0;
    this.#elderLatestMs = Number.NEGATIVE_INFINITY;
    this.#count = 0;
    for (const held of kept) this.#remember(held);
    return kept.length;
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

  /** An id that comes again, after a tombstone, is as young as its latest record. */
  #remember(held: Held<Meta>): void {
    const { id } = held;
    const mintedMs = mintedAtMs(id);
    if (!(mintedMs > this.#elderLatestMs) && this.#elderOf(id, mintedMs)?.byId.delete(id)) {
      this.#count -= 1;
    }
    const { byId } = this.#young;
    const before = byId.size;
    byId.set(id, held);
    this.#count += byId.size - before;
    if (mintedMs < this.#young.earliestMs) this.#young.earliestMs = mintedMs;
    if (mintedMs > this.#young.latestMs) this.#young.latestMs = mintedMs;
  }

  /** The elder generation in which an id lies. */
  #elderOf(id: string, mintedMs: number): Generation<Meta> | undefined {
    for (let i = this.#elder.length - 1; i >= 0; i--) {
      const generation = this.#elder[i] as Generation<Meta>;
      if (mintedMs < generation.earliestMs || mintedMs > generation.latestMs) continue;
      if (generation.byId.has(id)) return generation;
    }
    return undefined;
  }

  /** The young generation is full. At most two others go, so that a call never waits for many. */
  #turn(): void {
    this.#elder.push(this.#young);
    this.#young = newGeneration();
    const dropped = [this.#dropEldest(), this.#dropEldest()];
    this.#elderLatestMs = this.#elder.reduce(
      (latestMs, generation) => Math.max(latestMs, generation.latestMs),
      Number.NEGATIVE_INFINITY,
    );
    for (const generation of dropped) {
      if (generation) this.#keepOpen(generation);
    }
  }

  /** If the others have enough without it. */
  #dropEldest(): Generation<Meta> | undefined {
    const [eldest] = this.#elder;
    if (!eldest) return undefined;
    if (this.#count - this.#openCount - eldest.byId.size < this.#maxSettled) return undefined;
    this.#count -= eldest.byId.size;
    this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, eldest.latestMs);
    return this.#elder.shift();
  }

  #keepOpen({ byId }: Generation<Meta>): void {
    for (const held of byId.values()) {
      if (held.state === 'open') this.#remember(held);
    }
  }
}

function newGeneration<Meta>(): Generation<Meta> {
  return {
    byId: new Map(),
    earliestMs: Number.POSITIVE_INFINITY,
    latestMs: Number.NEGATIVE_INFINITY,
  };
}

function* listed<Meta>({ first }: Slot<Meta>): Iterable<Held<Meta>> {
  for (let held = first; held; ) {
    // It may be taken out while the caller looks at it.
    const next = held.later;
    yield held;
    held = next;
  }
}
