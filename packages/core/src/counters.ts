// All counters of the engine, by budget, and the sweep that forgets them.
import { Counter, type CounterState } from './counter.ts';
import { CounterMap } from './counter-map.ts';
import { CounterTable } from './counter-table.ts';
import { type CounterRef, PlacedRef } from './entry.ts';
import type { ForgetRequest } from './ledger.ts';
import type { Labels } from './subject.ts';

/** A look at the clock costs as much as one at a counter. */
const PLACES_BETWEEN_TIMES = 32;

export class Counters {
  readonly #byBudget = new Map<string, CounterMap>();
  /** All of them. */
  readonly #table = new CounterTable();
  /** The next place that the sweep looks at. */
  #sweepAt = 0;

  find(ref: CounterRef): Counter | undefined {
    const hinted = this.#table.at(PlacedRef.placeOf(ref));
    if (hinted !== undefined && hinted.ref.key === ref.key) return hinted;
    const found = this.#byBudget.get(ref.budget)?.get(ref.key);
    if (found) PlacedRef.setPlace(ref, found.place);
    return found;
  }

  /** The counter of a ref; a new one, if there is none. */
  get(ref: CounterRef): Counter {
    const known = this.find(ref);
    if (known) return known;
    const counter = new Counter(ref, this.#table.take());
    this.#add(counter);
    PlacedRef.setPlace(ref, counter.place);
    return counter;
  }

  /** How many a budget has. */
  count(budget: string): number {
    return this.#byBudget.get(budget)?.size ?? 0;
  }

  *ofBudget(budget: string): Iterable<CounterRef> {
    for (const { ref } of this.#byBudget.get(budget)?.values() ?? []) yield ref;
  }

  /** Of one scope, or of all. */
  reset({ budget, scope }: { budget: string; scope: Labels | undefined }, atMs: number): void {
    for (const counter of this.#byBudget.get(budget)?.values() ?? []) {
      if (isWithin(counter.ref.scope, scope)) counter.reset(atMs);
    }
  }

  /**
   * Looks at up to `max` counters, going on where the last call stopped, and drops those that are over.
   * @returns their keys.
   */
  forget({ nowMs, max, isTimeUp }: ForgetRequest): readonly string[] {
    const forgotten: string[] = [];
    const { end } = this.#table;
    let place = this.#sweepAt;
    for (let looks = 0; place < end && looks < max; place++) {
      if (place % PLACES_BETWEEN_TIMES === 0 && isTimeUp?.()) break;
      const counter = this.#table.at(place);
      if (!counter) continue;
      looks += 1;
      if (!counter.forget(nowMs)) continue;
      this.#drop(counter);
      forgotten.push(counter.ref.key);
    }
    this.#sweepAt = place < end ? place : 0;
    return forgotten;
  }

  *states(): Iterable<CounterState> {
    for (const counter of this.#table.values()) yield counter.state();
  }

  load(state: CounterState): void {
    this.#add(Counter.from(state, this.#table.take()));
  }

  #add(counter: Counter): void {
    const { ref } = counter;
    this.#table.put(counter);
    this.#ofBudget(ref.budget).add(ref.key, counter);
  }

  #drop(counter: Counter): void {
    const { ref, place } = counter;
    counter.leave();
    this.#table.giveBack(place);
    this.#byBudget.get(ref.budget)?.delete(ref.key);
  }

  #ofBudget(budget: string): CounterMap {
    let ofBudget = this.#byBudget.get(budget);
    if (!ofBudget) {
      ofBudget = new CounterMap();
      this.#byBudget.set(budget, ofBudget);
    }
    return ofBudget;
  }
}

function isWithin(scope: Labels, wanted: Labels | undefined): boolean {
  for (const name in wanted) if (scope[name] !== wanted[name]) return false;
  return true;
}
