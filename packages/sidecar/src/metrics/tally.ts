// A counter that is cheap to add to: OpenTelemetry sees the sums only when it collects.
import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api';

export interface TallyOptions {
  readonly meter: Meter;
  readonly metric: MetricOptions & { readonly name: string };
  /** Names of the attributes whose values `add` takes, in this order. */
  readonly attributes: readonly string[];
}

interface Sum {
  readonly attributes: Attributes;
  value: number;
}

/** Callers choose models, so their number has a bound, below the 2000 of OpenTelemetry; the rest is one sum. */
const MAX_SUMS = 1000;
const OTHER = '(other)';

export class Tally {
  readonly #names: readonly string[];
  readonly #sums = new Map<string, Sum>();

  constructor({ meter, metric, attributes }: TallyOptions) {
    this.#names = attributes;
    meter.createObservableCounter(metric.name, metric).addCallback((result) => {
      for (const { value, attributes: which } of this.#sums.values()) result.observe(value, which);
    });
  }

  add(amount: number, values: readonly string[]): void {
    const key = values.join('\n');
    const sum = this.#sums.get(key) ?? this.#open(key, values);
    sum.value += amount;
  }

  #open(key: string, values: readonly string[]): Sum {
    const isFull = this.#sums.size >= MAX_SUMS;
    if (isFull && !values.every((value) => value === OTHER)) {
      const others = values.map(() => OTHER);
      return this.#sums.get(others.join('\n')) ?? this.#open(others.join('\n'), others);
    }
    const attributes = Object.fromEntries(this.#names.map((name, i) => [name, values[i] ?? '']));
    const sum = { attributes, value: 0 };
    this.#sums.set(key, sum);
    return sum;
  }
}
