// A counter that is cheap to add to: OpenTelemetry sees the sums only when it collects.
import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api';

export interface TallyOptions {
  readonly meter: Meter;
  readonly metric: MetricOptions & { readonly name: string };
  /** Names of the attributes whose values `add` takes, in this order. */
  readonly attributes: readonly string[];
}

/** What is counted under one set of values. */
export interface Sum {
  readonly attributes: Attributes;
  value: number;
}

/** A tree of values, one level an attribute: nothing has to be put together to find a sum. */
interface Branch {
  readonly next: Map<string, Branch>;
  sum?: Sum;
}

/** Callers choose models, so their number has a bound, below the 2000 of OpenTelemetry; the rest is one sum. */
export const MAX_SERIES = 1000;
export const OTHER = '(other)';

export class Tally {
  readonly #names: readonly string[];
  readonly #root: Branch = { next: new Map() };
  readonly #sums: Sum[] = [];

  constructor({ meter, metric, attributes }: TallyOptions) {
    this.#names = attributes;
    meter.createObservableCounter(metric.name, metric).addCallback((result) => {
      for (const { value, attributes: which } of this.#sums) result.observe(value, which);
    });
  }

  add(amount: number, values: readonly string[]): void {
    this.sum(values).value += amount;
  }

  /** Where `add` adds to, and always will: for who adds to the same again and again. */
  sum(values: readonly string[]): Sum {
    let branch: Branch | undefined = this.#root;
    for (const value of values) {
      branch = branch.next.get(value);
      if (!branch) break;
    }
    return branch?.sum ?? this.#open(values);
  }

  #open(values: readonly string[]): Sum {
    const isFull = this.#sums.length >= MAX_SERIES;
    const names = isFull ? values.map(() => OTHER) : values;
    let branch = this.#root;
    for (const name of names) {
      let next = branch.next.get(name);
      if (!next) branch.next.set(name, (next = { next: new Map() }));
      branch = next;
    }
    if (!branch.sum) {
      const attributes = Object.fromEntries(this.#names.map((name, i) => [name, names[i] ?? '']));
      branch.sum = { attributes, value: 0 };
      this.#sums.push(branch.sum);
    }
    return branch.sum;
  }
}
