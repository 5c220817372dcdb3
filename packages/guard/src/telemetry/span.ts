// Tells of one attempt: its span, or the one that is around it already, and its metrics.
import {
  type Attributes,
  context,
  type Context,
  isSpanContextValid,
  type Meter,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Denied, Granted } from '@spendfuse/core';
import {
  callAttributes,
  type CallEnd,
  type CallStart,
  decisionAttributes,
  endAttributes,
  grantAttributes,
  reportedCostOf,
  requestAttributes,
  type Ungoverned,
  ungovernedAttributes,
  waitAttributes,
} from './attributes.ts';
import { attributesOf, type Enclosing, enclosingSpan, markOwn } from './enclosing.ts';
import { type CallMetrics, metricsOf } from './metrics.ts';
import { safely, SILENT } from './safely.ts';
import {
  ATTR,
  ERROR_BUDGET_EXCEEDED,
  EVENT_DENIED,
  type SemconvFamily,
  SPAN_SETTLE,
  TOOL_PROVIDER,
} from './semconv.ts';

import type { CallTelemetry, Telemetry } from './telemetry.ts';

export type { CallEnd, CallStart } from './attributes.ts';

export interface TelemetryOptions {
  /** Asked for at every call: the application may register its SDK at any time. */
  readonly tracer: () => Tracer;
  readonly meter: () => Meter;
  /** Sends what is waiting to be sent; called before a refusal is thrown, which often ends a program. */
  readonly flush?: (() => Promise<void>) | undefined;
  /** Default `released`. */
  readonly semconv?: SemconvFamily | undefined;
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  return {
    begin(start) {
      try {
        return safely(beginCall(options, start));
      } catch {
        return SILENT;
      }
    },
    flush: async () => options.flush?.(),
  };
}

function beginCall(options: TelemetryOptions, start: CallStart): CallTelemetry {
  const family = options.semconv ?? 'released';
  const attributes = callAttributes(start);
  const all = { ...attributes, ...requestAttributes(start) };
  const enclosing = enclosingSpan(attributes);
  const tracer = options.tracer();
  const metrics = metricsOf(options.meter(), family);
  return new SpanTelemetry({ tracer, enclosing, metrics, family, attributes, all });
}

function nameOf(attributes: Attributes): string {
  const operation = String(attributes[ATTR.operation]);
  const target = attributes[ATTR.toolName] ?? attributes[ATTR.requestModel];
  return target === undefined || target === '' ? operation : `${operation} ${String(target)}`;
}

/** As the conventions have it: what the program does itself is no call to anybody. */
function kindOf({ [ATTR.provider]: provider }: Attributes): SpanKind {
  return provider === TOOL_PROVIDER ? SpanKind.INTERNAL : SpanKind.CLIENT;
}

interface SpanParts {
  readonly tracer: Tracer;
  /** Someone else tells of this call as well. */
  readonly enclosing: Enclosing | undefined;
  readonly metrics: CallMetrics;
  readonly family: SemconvFamily;
  /** Of spans and metrics. */
  readonly attributes: Attributes;
  /** With what only spans tell. */
  readonly all: Attributes;
}

class SpanTelemetry implements CallTelemetry {
  readonly #parts: SpanParts;
  readonly #span: Span;
  readonly #context: Context;
  #attributes: Attributes;
  #heldTokens = 0;
  #sentMs = performance.now();
  #firstChunkMs: number | undefined;
  #lastChunkMs = 0;

  constructor(parts: SpanParts) {
    this.#parts = parts;
    this.#attributes = parts.attributes;
    this.#span = parts.enclosing?.span ?? this.#start(parts.all);
    this.#context = trace.setSpan(context.active(), this.#span);
  }

  #start(attributes: Attributes): Span {
    const { tracer } = this.#parts;
    const span = tracer.startSpan(nameOf(attributes), { kind: kindOf(attributes), attributes });
    markOwn(span);
    return span;
  }

  /** Whether someone else made the span, and ends it. */
  get #isOuter(): boolean {
    return this.#parts.enclosing?.span !== undefined;
  }

  granted(granted: Granted): void {
    const decision = decisionAttributes(granted);
    this.#span.setAttributes({
      ...decision,
      ...grantAttributes(granted),
      ...waitAttributes(granted),
    });
    this.#parts.metrics.decisions.add(1, { ...this.#attributes, ...decision });
    this.#heldTokens = granted.held.tokens;
    const { model } = granted;
    if (model === undefined) return;
    // The request names another model than the application did.
    this.#attributes = { ...this.#attributes, [ATTR.requestModel]: model };
    if (!this.#isOuter) this.#span.updateName(nameOf(this.#attributes));
  }

  denied(denied: Denied): void {
    const { metrics, enclosing } = this.#parts;
    const decision = decisionAttributes(denied);
    metrics.decisions.add(1, { ...this.#attributes, ...decision });
    const span = this.#span.isRecording() ? this.#span : this.#startAgain(decision);
    const event = { ...decision, ...waitAttributes(denied) };
    span.setAttributes(event);
    span.addEvent(EVENT_DENIED, event);
    setError(span, ERROR_BUDGET_EXCEEDED);
    if (!this.#isOuter) span.end();
    enclosing?.release({ failed: true, charged: false });
  }

  /**
   * A refusal whose trace is sampled away gets one of its own, linked to it: samplers decide on roots
   * anew, and see at the start what it is.
   */
  #startAgain(decision: Attributes): Span {
    const { tracer, all } = this.#parts;
    const near = this.#span.spanContext();
    return tracer.startSpan(nameOf(all), {
      kind: kindOf(all),
      root: true,
      attributes: { ...all, ...decision, [ATTR.errorType]: ERROR_BUDGET_EXCEEDED },
      links: isSpanContextValid(near) ? [{ context: near }] : [],
    });
  }

  undecided(ungoverned: Ungoverned): void {
    const decision = ungovernedAttributes(ungoverned);
    this.#span.setAttributes(decision);
    this.#parts.metrics.decisions.add(1, { ...this.#attributes, ...decision });
  }

  run<T>(fn: () => T): T {
    this.#sentMs = performance.now();
    return context.with(this.#context, fn);
  }

  chunk(): void {
    const { metrics } = this.#parts;
    const nowMs = performance.now();
    if (this.#firstChunkMs === undefined) {
      this.#firstChunkMs = nowMs;
      const seconds = (nowMs - this.#sentMs) / 1000;
      this.#span.setAttribute(ATTR.timeToFirstChunk, seconds);
      metrics.timeToFirstChunk.record(seconds, this.#attributes);
    } else {
      metrics.timePerOutputChunk.record((nowMs - this.#lastChunkMs) / 1000, this.#attributes);
    }
    this.#lastChunkMs = nowMs;
  }

  end(end: CallEnd): void {
    const { enclosing, family } = this.#parts;
    const errorType = end.errorType ?? end.response?.errorType;
    this.#record(end, errorType);
    enclosing?.release({ failed: errorType !== undefined, charged: end.usage !== undefined });
    const attributes = endAttributes(end, family);
    if (!this.#isOuter) {
      this.#span.setAttributes(attributes);
      if (errorType !== undefined) setError(this.#span, errorType);
      this.#span.end();
      return;
    }
    if (!this.#span.isRecording()) return this.#settleLate(attributes);
    this.#span.setAttributes(attributes);
    // Whether the call has failed its maker knows: after this attempt there may be another.
    if (errorType === ERROR_BUDGET_EXCEEDED) setError(this.#span, errorType);
  }

  #record(end: CallEnd, errorType?: string): void {
    const { usage, usageSource, committed, response } = end;
    const { metrics, enclosing } = this.#parts;
    const attributes =
      response?.model === undefined
        ? this.#attributes
        : { ...this.#attributes, [ATTR.responseModel]: response.model };
    // Counts that the provider did not give are kept out of the metrics, as the conventions ask.
    const reported = usageSource === 'provider' ? usage : undefined;
    if (committed?.costNanoUsd !== undefined) {
      const { costNanoUsd } = committed;
      metrics.recordCost({ costNanoUsd, reportedNanoUsd: reportedCostOf(end) }, attributes);
    }
    if (reported && this.#heldTokens > 0) {
      metrics.recordEstimateError(this.#heldTokens, reported, this.#attributes);
    }
    // The maker of the span around it records the rest: none is counted twice.
    if (enclosing?.isCounted) return;
    if (reported) metrics.recordUsage(reported, attributes);
    const error = errorType === undefined ? {} : { [ATTR.errorType]: errorType };
    const seconds = (performance.now() - this.#sentMs) / 1000;
    metrics.duration.record(seconds, { ...attributes, ...error });
  }

  /** The span of someone else has ended before usage and cost were known: they get one below it. */
  #settleLate(attributes: Attributes): void {
    const told = attributesOf(this.#span);
    const news = Object.entries(attributes).filter(([name]) => told[name] === undefined);
    const options = { attributes: Object.fromEntries(news) };
    this.#parts.tracer.startSpan(SPAN_SETTLE, options, this.#context).end();
  }
}

function setError(span: Span, errorType: string): void {
  span.setAttribute(ATTR.errorType, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
