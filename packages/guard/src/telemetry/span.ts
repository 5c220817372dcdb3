// The span of one attempt, with its decision, usage and cost.
import {
  type Attributes,
  context,
  type Context,
  type Meter,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import {
  type Call,
  type Committed,
  type Denied,
  type Granted,
  NANO_USD_PER_USD,
  type Usage,
  type UsageSource,
} from '@spendfuse/core';
import type { RequestFacts, ResponseFacts } from '@spendfuse/providers';
import { type CallMetrics, metricsOf } from './metrics.ts';
import { safely, SILENT } from './safely.ts';
import { ATTR, ERROR_BUDGET_EXCEEDED, EVENT_DENIED, NAMES, type SemconvFamily } from './semconv.ts';

export interface TelemetryOptions {
  /** Asked for at every call: the application may register its SDK at any time. */
  readonly tracer: () => Tracer;
  readonly meter: () => Meter;
  /** Sends what is waiting to be sent; called before a refusal is thrown, which often ends a program. */
  readonly flush?: (() => Promise<void>) | undefined;
  /** Default `released`. */
  readonly semconv?: SemconvFamily | undefined;
}

export interface Telemetry {
  begin(start: CallStart): CallTelemetry;
  flush(): Promise<void>;
}

export interface CallStart {
  readonly call: Call;
  readonly facts: RequestFacts;
  readonly url: URL;
}

/** What a finished call is told by. */
export interface CallEnd {
  readonly usage: Usage | undefined;
  readonly usageSource: UsageSource | undefined;
  readonly committed: Committed | undefined;
  readonly response: ResponseFacts | undefined;
  /** An HTTP status, the code of an error, or undefined where all went well. */
  readonly errorType: string | undefined;
  /** The stream ended before its last event. */
  readonly isCut: boolean;
}

export interface CallTelemetry {
  granted(granted: Granted): void;
  denied(denied: Denied): void;
  /** The call goes out without a decision. */
  undecided(): void;
  /** Runs `fn` inside the span. */
  run<T>(fn: () => T): T;
  /** An event of the stream has come. */
  chunk(): void;
  end(end: CallEnd): void;
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
  const outer = enclosingCall();
  const attributes = startAttributes(start);
  const span = outer ?? startSpan(options.tracer(), attributes, start.call);
  // Who made the outer span records the metrics as well: none is counted twice.
  const metrics = outer ? undefined : metricsOf(options.meter(), family);
  return new SpanTelemetry({ span, isOuter: outer !== undefined, metrics, family, attributes });
}

function startAttributes({ call, facts, url }: CallStart): Attributes {
  const port = url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port);
  return {
    [ATTR.operation]: call.operation,
    [ATTR.provider]: call.provider,
    [ATTR.requestModel]: call.model,
    [ATTR.serverAddress]: url.hostname,
    [ATTR.serverPort]: port,
    ...(facts.maxOutputTokens ? { [ATTR.requestMaxTokens]: facts.maxOutputTokens } : {}),
    ...(facts.stream ? { [ATTR.requestStream]: true } : {}),
    ...(facts.choices > 1 ? { [ATTR.requestChoices]: facts.choices } : {}),
  };
}

function startSpan(tracer: Tracer, attributes: Attributes, call: Call): Span {
  const name = call.model === '' ? call.operation : `${call.operation} ${call.model}`;
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
}

const INFERENCE: ReadonlySet<unknown> = new Set([
  'chat',
  'text_completion',
  'embeddings',
  'generate_content',
]);

/** The span that another instrumentation, or the SDK itself, has already made for this call. */
function enclosingCall(): Span | undefined {
  const span = trace.getActiveSpan();
  const attributes = (span as { readonly attributes?: Attributes } | undefined)?.attributes;
  return span?.isRecording() && INFERENCE.has(attributes?.[ATTR.operation]) ? span : undefined;
}

interface SpanParts {
  readonly span: Span;
  /** Made by someone else, who ends it. */
  readonly isOuter: boolean;
  readonly metrics: CallMetrics | undefined;
  readonly family: SemconvFamily;
  readonly attributes: Attributes;
}

class SpanTelemetry implements CallTelemetry {
  #parts: SpanParts;
  readonly #context: Context;
  #sentMs = performance.now();
  #firstChunkMs: number | undefined;
  #lastChunkMs = 0;

  constructor(parts: SpanParts) {
    this.#parts = parts;
    this.#context = trace.setSpan(context.active(), parts.span);
  }

  granted(granted: Granted): void {
    const { id, held, maxOutputTokens, model, waitedMs, shadow } = granted;
    const isClamped = maxOutputTokens !== undefined;
    const { span } = this.#parts;
    if (model !== undefined) this.#sendTo(model);
    span.setAttributes({
      [ATTR.decision]: decisionOf(granted),
      [ATTR.reservationId]: id,
      [ATTR.reservedTokens]: held.tokens,
      ...(held.costNanoUsd === undefined ? {} : { [ATTR.reservedAmount]: usd(held.costNanoUsd) }),
      ...(isClamped ? { [ATTR.requestMaxTokens]: maxOutputTokens } : {}),
      ...(waitedMs > 0 ? { [ATTR.waitMs]: waitedMs } : {}),
    });
    const refusal = shadow[0];
    if (!refusal) return;
    span.setAttributes({ [ATTR.reason]: refusal.reason, [ATTR.budget]: refusal.budget });
  }

  /** The request names another model than the application did. */
  #sendTo(model: string): void {
    const { span, attributes, isOuter } = this.#parts;
    span.setAttribute(ATTR.requestModel, model);
    if (!isOuter) span.updateName(`${String(attributes[ATTR.operation])} ${model}`);
    this.#parts = { ...this.#parts, attributes: { ...attributes, [ATTR.requestModel]: model } };
  }

  denied({ reason, refusals, waitedMs }: Denied): void {
    const { span } = this.#parts;
    const attributes = {
      [ATTR.decision]: 'denied',
      [ATTR.reason]: reason,
      ...(refusals[0] ? { [ATTR.budget]: refusals[0].budget } : {}),
      ...(waitedMs > 0 ? { [ATTR.waitMs]: waitedMs } : {}),
    };
    span.setAttributes({ ...attributes, [ATTR.errorType]: ERROR_BUDGET_EXCEEDED });
    span.addEvent(EVENT_DENIED, attributes);
    this.#end(ERROR_BUDGET_EXCEEDED);
  }

  undecided(): void {
    this.#parts.span.setAttributes({ [ATTR.decision]: 'grace', [ATTR.reason]: 'UNAVAILABLE' });
  }

  run<T>(fn: () => T): T {
    this.#sentMs = performance.now();
    return context.with(this.#context, fn);
  }

  chunk(): void {
    const nowMs = performance.now();
    const attributes = this.#metricAttributes();
    if (this.#firstChunkMs === undefined) {
      this.#firstChunkMs = nowMs;
      const seconds = (nowMs - this.#sentMs) / 1000;
      this.#parts.span.setAttribute(ATTR.timeToFirstChunk, seconds);
      this.#parts.metrics?.timeToFirstChunk.record(seconds, attributes);
    } else {
      const seconds = (nowMs - this.#lastChunkMs) / 1000;
      this.#parts.metrics?.timePerOutputChunk.record(seconds, attributes);
    }
    this.#lastChunkMs = nowMs;
  }

  end({ usage, usageSource, committed, response, errorType, isCut }: CallEnd): void {
    const { span, metrics, family } = this.#parts;
    const reasons = [...(response?.finishReasons ?? []), ...(isCut ? ['error'] : [])];
    span.setAttributes({
      ...(response?.id === undefined ? {} : { [ATTR.responseId]: response.id }),
      ...(response?.model === undefined ? {} : { [ATTR.responseModel]: response.model }),
      ...(reasons.length === 0 ? {} : { [ATTR.finishReasons]: reasons }),
      ...(usage ? usageAttributes(usage, family) : {}),
      ...(usageSource ? { [ATTR.usageSource]: usageSource } : {}),
      ...(committed ? costAttributes(committed) : {}),
    });
    const attributes = this.#metricAttributes(response?.model);
    // Counts that the provider did not give are kept out of the metric, as the conventions ask.
    if (usage && usageSource === 'provider') metrics?.recordUsage(usage, attributes);
    if (committed?.costNanoUsd !== undefined)
      metrics?.recordCost(committed.costNanoUsd, attributes);
    this.#finish(errorType ?? response?.errorType, attributes);
  }

  #finish(errorType: string | undefined, attributes = this.#metricAttributes()): void {
    const error = errorType === undefined ? {} : { [ATTR.errorType]: errorType };
    this.#parts.metrics?.duration.record((performance.now() - this.#sentMs) / 1000, {
      ...attributes,
      ...error,
    });
    this.#end(errorType);
  }

  #end(errorType: string | undefined): void {
    const { span, isOuter } = this.#parts;
    if (errorType !== undefined) {
      span.setAttribute(ATTR.errorType, errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    if (!isOuter) span.end();
  }

  #metricAttributes(responseModel?: string): Attributes {
    const {
      [ATTR.requestMaxTokens]: _max,
      [ATTR.requestChoices]: _choices,
      ...rest
    } = this.#parts.attributes;
    const { [ATTR.requestStream]: _stream, ...attributes } = rest;
    return responseModel === undefined
      ? attributes
      : { ...attributes, [ATTR.responseModel]: responseModel };
  }
}

function decisionOf({ shadow, model, maxOutputTokens }: Granted): string {
  if (shadow.length > 0) return 'shadow_denied';
  if (model !== undefined) return 'downgraded';
  return maxOutputTokens === undefined ? 'granted' : 'clamped';
}

function usageAttributes(usage: Usage, family: SemconvFamily): Attributes {
  const parts = {
    [ATTR.cacheReadTokens]: usage.cacheReadTokens,
    [NAMES[family].cacheWriteTokens]: usage.cacheWriteTokens,
    [ATTR.reasoningTokens]: usage.reasoningTokens,
  };
  return {
    [ATTR.inputTokens]: usage.inputTokens,
    [ATTR.outputTokens]: usage.outputTokens,
    ...Object.fromEntries(Object.entries(parts).filter(([, tokens]) => tokens > 0)),
  };
}

function costAttributes({ costNanoUsd, overrunNanoUsd }: Committed): Attributes {
  if (costNanoUsd === undefined) return {};
  return {
    [ATTR.costAmount]: usd(costNanoUsd),
    [ATTR.costCurrency]: 'USD',
    [ATTR.costSource]: 'local',
    [ATTR.costNanoUsd]: costNanoUsd,
    ...(overrunNanoUsd > 0 ? { [ATTR.overrunAmount]: usd(overrunNanoUsd) } : {}),
  };
}

function usd(nanoUsd: number): number {
  return nanoUsd / NANO_USD_PER_USD;
}
