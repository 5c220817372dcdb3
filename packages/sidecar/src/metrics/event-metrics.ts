// Counts and durations of what the authority does, from its events.
import { type Call, type Decision, NANO_USD_PER_USD, totalTokens } from '@spendfuse/core';
import type { AuthorityEvent } from '@spendfuse/authority';
import type { Meter } from '@opentelemetry/api';
import type { Distributions } from './distribution.ts';
import { ATTRIBUTES, METRICS } from './names.ts';
import { MAX_SERIES, type Sum, Tally } from './tally.ts';

/** From 0.1 ms on, doubling; a reserve that waits for room may take its 10 seconds and more. */
const DURATION_BOUNDARIES_S = Array.from({ length: 18 }, (_, i) => 0.0001 * 2 ** i);

/** Most of what is held is never used, so the steps above 1 are wide. */
const ERROR_BOUNDARIES = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4, 8, 16, 32, 64, 128, 256];

/** Codes that are a failure of ours and not of the caller. */
const OUR_FAILURES: readonly string[] = ['UNAVAILABLE', 'INTERNAL', 'RESOURCE_EXHAUSTED'];

export interface EventMetricsOptions {
  readonly meter: Meter;
  readonly distributions: Pick<Distributions, 'open'>;
}

/** The listener that keeps the counters and histograms. */
export function eventMetrics(options: EventMetricsOptions): (event: AuthorityEvent) => void {
  const { meter, distributions } = options;
  const { budget, code, decision, model, outcome, provider, reason, tokenType, verb } = ATTRIBUTES;
  const tally = (metric: Metric, ...attributes: readonly string[]) =>
    new Tally({ meter, metric, attributes });
  const durations = (metric: Metric) =>
    distributions.open({ metric, attribute: outcome, boundaries: DURATION_BOUNDARIES_S });
  const decisions = tally(METRICS.decisions, decision, reason, budget, provider, model);
  const tokens = tally(METRICS.usageTokens, provider, model, tokenType);
  const cost = tally(METRICS.usageCost, provider, model);
  const overruns = tally(METRICS.overruns, provider, model);
  const expired = tally(METRICS.expired, provider, model);
  const unpriced = tally(METRICS.unpriced, provider, model);
  const failures = tally(METRICS.failures, verb, code);
  const reserveDuration = durations(METRICS.reserveDuration);
  const commitDuration = durations(METRICS.commitDuration);
  const estimateError = distributions.open({
    metric: METRICS.estimateError,
    attribute: model,
    boundaries: ERROR_BOUNDARIES,
  });
  const models = new Models();

  return (event) => {
    switch (event.kind) {
      case 'decision': {
        const { decision: made, durationMs } = event;
        reserveDuration.record(durationMs / 1000, made.kind);
        // A plea for an exact count decides nothing: the same call comes again.
        if (made.kind === 'refine') return;
        if (decisionName(made) !== 'granted') return decisions.add(1, decided(made, event.call));
        const sums = models.sumsOf(event.call);
        sums.granted ??= decisions.sum(decided(made, event.call));
        sums.granted.value += 1;
        return;
      }
      case 'commit': {
        const { call, usage, committed, held, durationMs } = event;
        const sums = models.sumsOf(call);
        commitDuration.record(durationMs / 1000, committed.late ? 'late' : 'committed');
        sums.input ??= tokens.sum([...modelOf(event), 'input']);
        sums.input.value += usage.inputTokens;
        sums.output ??= tokens.sum([...modelOf(event), 'output']);
        sums.output.value += usage.outputTokens;
        if (committed.costNanoUsd !== undefined) {
          sums.cost ??= cost.sum(modelOf(event));
          sums.cost.value += committed.costNanoUsd / NANO_USD_PER_USD;
        }
        if (committed.overrunNanoUsd > 0) overruns.add(1, modelOf(event));
        const used = totalTokens(usage);
        if (held && used > 0) estimateError.record(held.tokens / used, call.model);
        return;
      }
      case 'expire':
        return expired.add(1, modelOf(event));
      case 'unpriced':
        return unpriced.add(1, modelOf(event));
      case 'failure':
        if (!OUR_FAILURES.includes(event.error.code)) return;
        return failures.add(1, [event.verb, event.error.code]);
    }
  };
}

type Metric = (typeof METRICS)[keyof typeof METRICS];

/** Where nearly every call of a model adds to, each opened when it is first needed. */
interface ModelSums {
  granted: Sum | undefined;
  input: Sum | undefined;
  output: Sum | undefined;
  cost: Sum | undefined;
}

/** Callers choose models: beyond as many as a tally tells apart the sums are looked for each time. */
class Models {
  readonly #sums = new Map<string, Map<string, ModelSums>>();
  #size = 0;

  sumsOf({ provider, model }: Call): ModelSums {
    let models = this.#sums.get(provider);
    let sums = models?.get(model);
    if (sums) return sums;
    sums = { granted: undefined, input: undefined, output: undefined, cost: undefined };
    if (this.#size >= MAX_SERIES) return sums;
    if (!models) this.#sums.set(provider, (models = new Map()));
    models.set(model, sums);
    this.#size += 1;
    return sums;
  }
}

type Decided = Exclude<Decision, { kind: 'refine' }>;

/** What was decided of which model; where limits refused (or would have), by the first of them. */
function decided(decision: Decided, { provider, model }: Call): readonly string[] {
  const refusal = decision.kind === 'denied' ? decision.refusals[0] : decision.shadow[0];
  const reason = decision.kind === 'denied' ? decision.reason : refusal?.reason;
  return [decisionName(decision), reason ?? '', refusal?.budget ?? '', provider, model];
}

function decisionName(decision: Decided): string {
  if (decision.kind === 'denied') return 'denied';
  if (decision.shadow.length > 0) return 'shadow_denied';
  if (decision.model !== undefined) return 'downgraded';
  return decision.maxOutputTokens === undefined ? 'granted' : 'clamped';
}

function modelOf({ call }: { readonly call: Call }): readonly string[] {
  return [call.provider, call.model];
}
