// Histograms that are cheap to record in: OpenTelemetry sees their buckets only when it collects.
import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type HistogramMetricData,
  type MetricProducer,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { MAX_SERIES, OTHER } from './tally.ts';

export interface DistributionOptions {
  readonly metric: { readonly name: string; readonly description: string; readonly unit: string };
  /** The name of its one attribute. */
  readonly attribute: string;
  /** Upper bounds of the buckets, each inclusive; one more bucket holds what is above the last. */
  readonly boundaries: readonly number[];
}

interface Series {
  readonly counts: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
}

/**
 * An instrument of OpenTelemetry makes a text of the attributes for each value, which costs more than
 * all the rest of recording it. Values of the attribute beyond the bound are one series.
 */
export class Distribution {
  readonly #options: DistributionOptions;
  readonly #series = new Map<string, Series>();

  constructor(options: DistributionOptions) {
    this.#options = options;
  }

  record(value: number, attribute: string): void {
    const series = this.#series.get(attribute) ?? this.#open(attribute);
    const { boundaries } = this.#options;
    let bucket = 0;
    while (bucket < boundaries.length && value > (boundaries[bucket] as number)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.count += 1;
    series.sum += value;
    if (value < series.min) series.min = value;
    if (value > series.max) series.max = value;
  }

  /** All since the start, as of now. */
  read(startTime: HrTime, endTime: HrTime): HistogramMetricData {
    const { metric, attribute, boundaries } = this.#options;
    const dataPoints = [...this.#series].map(
      ([name, { counts, ...rest }]): DataPoint<Histogram> => ({
        startTime,
        endTime,
        attributes: { [attribute]: name },
        value: { buckets: { boundaries: [...boundaries], counts: [...counts] }, ...rest },
      }),
    );
    return {
      descriptor: { ...metric, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints,
    };
  }

  #open(attribute: string): Series {
    const name = this.#series.size < MAX_SERIES ? attribute : OTHER;
    const known = this.#series.get(name);
    if (known) return known;
    const counts = Array.from({ length: this.#options.boundaries.length + 1 }, () => 0);
    const series = { counts, count: 0, sum: 0, min: Infinity, max: -Infinity };
    this.#series.set(name, series);
    return series;
  }
}

type Histogram = HistogramMetricData['dataPoints'][number]['value'];

/** Where the readers of a meter provider find them. */
export class Distributions implements MetricProducer {
  readonly #scope: ScopeMetrics['scope'];
  readonly #startTime = hrTime(Date.now());
  readonly #all: Distribution[] = [];

  /** `scope`: name and version of what measures, as for a meter. */
  constructor(scope: { readonly name: string; readonly version: string }) {
    this.#scope = scope;
  }

  open(options: DistributionOptions): Distribution {
    const distribution = new Distribution(options);
    this.#all.push(distribution);
    return distribution;
  }

  async collect(): Promise<CollectionResult> {
    const endTime = hrTime(Date.now());
    const metrics = this.#all
      .map((each) => each.read(this.#startTime, endTime))
      .filter(({ dataPoints }) => dataPoints.length > 0);
    const scopeMetrics = [{ scope: this.#scope, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), (ms % 1000) * 1e6];
}
