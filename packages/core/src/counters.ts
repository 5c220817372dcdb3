// All counters of the engine, by budget, and the sweep that forgets them.
import { Counter, type CounterState } from './counter.ts';
import { CounterMap } from './counter-map.ts';
import type { CounterRef } from './entry.ts';
import type { ExpireRequest } from './ledger.ts';
import { Numbers } from './numbers.ts';
import type { Labels } from './subject.ts';

export class Counters {
  readonly #byBudget = new Map<string, CounterMap>();
  readonly #numbers = new Numbers();
  #sweep: Iterator<Counter> | undefined;

  find({ budget, key }: CounterRef): Counter | undefined {
    return this.#byBudget.get(budget)?.get(key);
  }

  /** The counter of a ref; a new one, if there is none. */
  get(ref: CounterRef): Counter {
    const ofBudget = this.#ofBudget(ref.budget);
    let counter = ofBudget.get(ref.key);
    if (!counter) {
      counter = new Counter(ref, this.#numbers);
      ofBudget.add(ref.key, counter);
    }
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
  forget({ nowMs, max }: ExpireRequest): readonly string[] {
    const forgotten: string[] = [];
    for (let i = 0; i < max; i++) {
      this.#sweep ??= this.#all();
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
        break;
      }
      const counter = next.value;
      if (!counter.forget(nowMs)) continue;
      const { ref } = counter;
      counter.leave(this.#numbers);
      this.#byBudget.get(ref.budget)?.delete(ref.key);
      forgotten.push(ref.key);
    }
    return forgotten;
  }

  *states(): Iterable<CounterState> {
    for (const counter of this.#all()) yield counter.state();
  }

  load(state: CounterState): void {
    const { budget, key } = state.ref;
    this.#ofBudget(budget).add(key, Counter.from(state, this.#numbers));
  }

  #ofBudget(budget: string): CounterMap {
    let ofBudget = this.#byBudget.get(budget);
    if (!ofBudget) {
      ofBudget = new CounterMap();
      this.#byBudget.set(budget, ofBudget);
    }
    return ofBudget;
  }

  *#all(): Generator<Counter> {
    for (const ofBudget of this.#byBudget.values()) yield* ofBudget.values();
  }
}

function isWithin(scope: Labels, wanted: Labels | undefined): boolean {
  for (const name in wanted) if (scope[name] !== wanted[name]) return false;
  return true;
}
