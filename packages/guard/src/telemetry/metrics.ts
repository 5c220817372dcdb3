// The client-side metrics of a call.
import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import { NANO_USD_PER_USD, type Usage } from '@spendfuse/core';
import {
  ATTR,
  COST_BUCKETS,
  DURATION_BUCKETS,
  METRIC_COST,
  NAMES,
  type SemconvFamily,
  TOKEN_BUCKETS,
} from './semconv.ts';

export interface CallMetrics {
  readonly duration: Histogram;
  readonly timeToFirstChunk: Histogram;
  readonly timePerOutputChunk: Histogram;
  recordUsage(usage: Usage, attributes: Attributes): void;
  recordCost(costNanoUsd: number, attributes: Attributes): void;
}

const known = new WeakMap<Meter, CallMetrics>();

/** The instruments of a meter, made once. */
export function metricsOf(meter: Meter, family: SemconvFamily): CallMetrics {
  let metrics = known.get(meter);
  if (!metrics) {
    metrics = createMetrics(meter, family);
    known.set(meter, metrics);
  }
  return metrics;
}

function createMetrics(meter: Meter, family: SemconvFamily): CallMetrics {
  const names = NAMES[family];
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    });
  const tokens = (name: string): Histogram =>
    meter.createHistogram(name, {
      description: 'Tokens of a call',
      unit: '{token}',
      advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
    });
  const inputTokens = tokens(names.inputTokens);
  const outputTokens =
    names.outputTokens === names.inputTokens ? inputTokens : tokens(names.outputTokens);
  const cost = meter.createHistogram(METRIC_COST, {
    description: 'Cost of a call',
    unit: 'USD',
    advice: { explicitBucketBoundaries: COST_BUCKETS },
  });
  return {
    duration: seconds(names.duration, 'Duration of a call'),
    timeToFirstChunk: seconds(names.timeToFirstChunk, 'Time to the first chunk of a stream'),
    timePerOutputChunk: seconds(names.timePerOutputChunk, 'Time between chunks of a stream'),
    recordUsage(usage, attributes) {
      inputTokens.record(usage.inputTokens, { ...attributes, [ATTR.tokenType]: 'input' });
      if (usage.outputTokens === 0) return;
      outputTokens.record(usage.outputTokens, { ...attributes, [ATTR.tokenType]: 'output' });
    },
    recordCost: (costNanoUsd, attributes) =>
      cost.record(costNanoUsd / NANO_USD_PER_USD, attributes),
  };
}
