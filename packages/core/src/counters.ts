// All counters of the engine, by budget, and the sweep that forgets them.
import { Counter, type CounterState } from './counter.ts';
import type { CounterRef } from './entry.ts';
import type { ExpireRequest } from './ledger.ts';
import type { Labels } from './subject.ts';

export class Counters {
  readonly #byBudget = new Map<string, Map<string, Counter>>();
  #sweep: Iterator<Counter> | undefined;

  find({ budget, key }: CounterRef): Counter | undefined {
    return this.#byBudget.get(budget)?.get(key);
  }

  /** The counter of a ref; a new one, if there is none. */
  get(ref: CounterRef): Counter {
    let ofBudget = this.#byBudget.get(ref.budget);
    if (!ofBudget) {
      ofBudget = new Map();
      this.#byBudget.set(ref.budget, ofBudget);
    }
    let counter = ofBudget.get(ref.key);
    if (!counter) {
      counter = new Counter(ref);
      ofBudget.set(ref.key, counter);
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
      const { ref } = next.value;
      if (!next.value.forget(nowMs)) continue;
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
    const ofBudget = this.#byBudget.get(budget) ?? new Map<string, Counter>();
    this.#byBudget.set(budget, ofBudget.set(key, Counter.from(state)));
  }

  *#all(): Generator<Counter> {
    for (const ofBudget of this.#byBudget.values()) yield* ofBudget.values();
  }
}

function isWithin(scope: Labels, wanted: Labels | undefined): boolean {
  for (const name in wanted) if (scope[name] !== wanted[name]) return false;
  return true;
}
