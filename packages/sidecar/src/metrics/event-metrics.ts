// Counts and durations of what the authority does, from its events.
import { type Decision, NANO_USD_PER_USD } from '@spendfuse/core';
import type { AuthorityEvent } from '@spendfuse/authority';
import type { Attributes, Meter } from '@opentelemetry/api';
import { ATTRIBUTES, METRICS } from './names.ts';

/** From 0.1 ms on, doubling; a reserve that waits for room may take its 10 seconds and more. */
const DURATION_BOUNDARIES_S = Array.from({ length: 18 }, (_, i) => 0.0001 * 2 ** i);

/** Codes that are a failure of ours and not of the caller. */
const OUR_FAILURES: readonly string[] = ['UNAVAILABLE', 'INTERNAL', 'RESOURCE_EXHAUSTED'];

/** The listener that keeps the counters and histograms. */
export function eventMetrics(meter: Meter): (event: AuthorityEvent) => void {
  const counter = (metric: (typeof METRICS)[keyof typeof METRICS]) =>
    meter.createCounter(metric.name, metric);
  const histogram = (metric: (typeof METRICS)[keyof typeof METRICS]) =>
    meter.createHistogram(metric.name, {
      ...metric,
      advice: { explicitBucketBoundaries: DURATION_BOUNDARIES_S },
    });
  const decisions = counter(METRICS.decisions);
  const tokens = counter(METRICS.usageTokens);
  const cost = counter(METRICS.usageCost);
  const overruns = counter(METRICS.overruns);
  const expired = counter(METRICS.expired);
  const unpriced = counter(METRICS.unpriced);
  const failures = counter(METRICS.failures);
  const reserveDuration = histogram(METRICS.reserveDuration);
  const commitDuration = histogram(METRICS.commitDuration);

  return (event) => {
    switch (event.kind) {
      case 'decision': {
        const { decision, durationMs } = event;
        reserveDuration.record(durationMs / 1000, { [ATTRIBUTES.outcome]: decision.kind });
        // A plea for an exact count decides nothing: the same call comes again.
        if (decision.kind !== 'refine') {
          decisions.add(1, { ...decided(decision), ...modelOf(event) });
        }
        return;
      }
      case 'commit': {
        const { usage, committed, durationMs } = event;
        const model = modelOf(event);
        commitDuration.record(durationMs / 1000, {
          [ATTRIBUTES.outcome]: committed.late ? 'late' : 'committed',
        });
        tokens.add(usage.inputTokens, { ...model, [ATTRIBUTES.tokenType]: 'input' });
        tokens.add(usage.outputTokens, { ...model, [ATTRIBUTES.tokenType]: 'output' });
        if (committed.costNanoUsd !== undefined) {
          cost.add(committed.costNanoUsd / NANO_USD_PER_USD, model);
        }
        if (committed.overrunNanoUsd > 0) overruns.add(1, model);
        return;
      }
      case 'expire':
        return expired.add(1, modelOf(event));
      case 'unpriced':
        return unpriced.add(1, modelOf(event));
      case 'failure':
        if (!OUR_FAILURES.includes(event.error.code)) return;
        return failures.add(1, {
          [ATTRIBUTES.verb]: event.verb,
          [ATTRIBUTES.code]: event.error.code,
        });
    }
  };
}

/** What was decided; where limits refused (or would have), by the first of them. */
function decided(decision: Exclude<Decision, { kind: 'refine' }>): Attributes {
  const refusal = decision.kind === 'denied' ? decision.refusals[0] : decision.shadow[0];
  const reason = decision.kind === 'denied' ? decision.reason : refusal?.reason;
  return {
    [ATTRIBUTES.decision]: decisionName(decision),
    [ATTRIBUTES.reason]: reason ?? '',
    [ATTRIBUTES.budget]: refusal?.budget ?? '',
  };
}

function decisionName(decision: Exclude<Decision, { kind: 'refine' }>): string {
  if (decision.kind === 'denied') return 'denied';
  if (decision.shadow.length > 0) return 'shadow_denied';
  return decision.maxOutputTokens === undefined ? 'granted' : 'clamped';
}

function modelOf({ call }: { readonly call: { provider: string; model: string } }): Attributes {
  return { [ATTRIBUTES.provider]: call.provider, [ATTRIBUTES.model]: call.model };
}
