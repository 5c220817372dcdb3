// The client-side metrics of a call.
import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import { NANO_USD_PER_USD, totalTokens, type Usage } from '@spendfuse/core';
import {
  ATTR,
  COST_BUCKETS,
  COST_RATIO_BUCKETS,
  DURATION_BUCKETS,
  ESTIMATE_ERROR_BUCKETS,
  METRIC_COST,
  METRIC_COST_RATIO,
  METRIC_DECISIONS,
  METRIC_ESTIMATE_ERROR,
  NAMES,
  type SemconvFamily,
  TOKEN_BUCKETS,
  USAGE_COUNTERS,
} from './semconv.ts';

export interface CallMetrics {
  readonly duration: Histogram;
  readonly timeToFirstChunk: Histogram;
  readonly timePerOutputChunk: Histogram;
  readonly decisions: Counter;
  recordUsage(usage: Usage, attributes: Attributes): void;
  recordCost(costs: Costs, attributes: Attributes): void;
  /** Tokens held by tokens used; below 1 the call used more. */
  recordEstimateError(heldTokens: number, usage: Usage, attributes: Attributes): void;
}

interface Costs {
  /** Charged. */
  readonly costNanoUsd: number;
  /** What the provider says that it costs; undefined: it does not say. */
  readonly reportedNanoUsd: number | undefined;
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

interface HistogramShape {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly buckets: readonly number[];
}

function createMetrics(meter: Meter, family: SemconvFamily): CallMetrics {
  const names = NAMES[family];
  const histogram = ({ name, description, unit, buckets }: HistogramShape): Histogram =>
    meter.createHistogram(name, {
      description,
      unit,
      advice: { explicitBucketBoundaries: [...buckets] },
    });
  const seconds = (name: string, description: string): Histogram =>
    histogram({ name, description, unit: 's', buckets: DURATION_BUCKETS });
  const cost = histogram({
    name: METRIC_COST,
    description: 'Cost of a call',
    unit: 'USD',
    buckets: COST_BUCKETS,
  });
  const estimateError = histogram({
    name: METRIC_ESTIMATE_ERROR,
    description: 'Tokens held for a call, by those it used; below 1 it used more',
    unit: '1',
    buckets: ESTIMATE_ERROR_BUCKETS,
  });
  const costRatio = histogram({
    name: METRIC_COST_RATIO,
    description: 'What the provider says that a call costs, by what was charged',
    unit: '1',
    buckets: COST_RATIO_BUCKETS,
  });
  const recordTokens = tokenHistograms(histogram, family);
  const countTokens = family === 'next' ? tokenCounters(meter) : undefined;
  return {
    duration: seconds(names.duration, 'Duration of a call'),
    timeToFirstChunk: seconds(names.timeToFirstChunk, 'Time to the first chunk of a stream'),
    timePerOutputChunk: seconds(names.timePerOutputChunk, 'Time between chunks of a stream'),
    decisions: meter.createCounter(METRIC_DECISIONS, {
      description: 'Calls decided, also where no authority could be asked',
      unit: '{call}',
    }),
    recordUsage(usage, attributes) {
      recordTokens(usage, attributes);
      countTokens?.(usage, attributes);
    },
    recordCost({ costNanoUsd, reportedNanoUsd }, attributes) {
      cost.record(costNanoUsd / NANO_USD_PER_USD, attributes);
      if (reportedNanoUsd === undefined || costNanoUsd === 0) return;
      costRatio.record(reportedNanoUsd / costNanoUsd, attributes);
    },
    recordEstimateError(heldTokens, usage, attributes) {
      const used = totalTokens(usage);
      if (used > 0) estimateError.record(heldTokens / used, attributes);
    },
  };
}

type RecordUsage = (usage: Usage, attributes: Attributes) => void;

function tokenHistograms(
  histogram: (shape: HistogramShape) => Histogram,
  family: SemconvFamily,
): RecordUsage {
  const names = NAMES[family];
  const tokens = (name: string): Histogram =>
    histogram({ name, description: 'Tokens of a call', unit: '{token}', buckets: TOKEN_BUCKETS });
  const input = tokens(names.inputTokens);
  const output = names.outputTokens === names.inputTokens ? input : tokens(names.outputTokens);
  // Where both have one name their type tells them apart; it knows no other parts of the tokens.
  const typed = (type: string): Attributes => (input === output ? { [ATTR.tokenType]: type } : {});
  return ({ inputTokens, outputTokens }, attributes) => {
    input.record(inputTokens, { ...attributes, ...typed('input') });
    if (outputTokens > 0) output.record(outputTokens, { ...attributes, ...typed('output') });
  };
}

interface Split {
  readonly tokens: number;
  readonly audio: number;
  readonly image: number;
}

/** Input and output by what they are, where that is reported; cache and reasoning as parts of them. */
function tokenCounters(meter: Meter): RecordUsage {
  const counter = (kind: keyof typeof USAGE_COUNTERS): Counter =>
    meter.createCounter(USAGE_COUNTERS[kind], { description: 'Tokens used', unit: '{token}' });
  const input = counter('inputTokens');
  const output = counter('outputTokens');
  const cacheRead = counter('cacheReadTokens');
  const cacheWrite = counter('cacheWriteTokens');
  const reasoning = counter('reasoningTokens');
  return (usage, attributes) => {
    const add = (to: Counter, tokens: number, modality: string): void => {
      if (tokens > 0) to.add(tokens, { ...attributes, [ATTR.tokenModality]: modality });
    };
    const whole = (to: Counter, { tokens, audio, image }: Split): void => {
      add(to, audio, 'audio');
      add(to, image, 'image');
      add(to, tokens - audio - image, audio + image > 0 ? 'text' : 'unknown');
    };
    const { inputTokens, inputAudioTokens, inputImageTokens } = usage;
    whole(input, { tokens: inputTokens, audio: inputAudioTokens, image: inputImageTokens });
    const { outputTokens, outputAudioTokens, outputImageTokens } = usage;
    whole(output, { tokens: outputTokens, audio: outputAudioTokens, image: outputImageTokens });
    add(cacheRead, usage.cacheReadTokens, 'unknown');
    add(cacheWrite, usage.cacheWriteTokens, 'unknown');
    add(reasoning, usage.reasoningTokens, 'text');
  };
}
