// What sends our own spans and metrics. OpenTelemetry's processors hold the process by a timer for each
// export; these hold nothing, and whoever ends the process decides how long it may wait for them.
import { TraceFlags } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  MetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { untraced } from '@spendfuse/guard';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

/** How long a span waits for company. */
const BATCH_MS = 100;
const MAX_BATCH = 512;
/** Spans in all that wait for an answer of the collector; more are dropped. */
const MAX_UNDER_WAY = 4096;
const METRICS_EVERY_MS = 10_000;

type Export = (done: () => void) => void;

/** Resolves when the export has ended, well or not. */
async function exported(run: Export): Promise<void> {
  try {
    await new Promise<void>((resolve) => untraced(() => run(resolve)));
  } catch {
    // There is nobody to tell, and nothing is sent twice.
  }
}

export class SpanSender implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: ReadableSpan[] = [];
  #spansUnderWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const isSampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    if (!isSampled || this.#spansUnderWay >= MAX_UNDER_WAY) return;
    this.#waiting.push(span);
    if (this.#waiting.length >= MAX_BATCH) return this.#send();
    this.#timer ??= setTimeout(() => this.#send(), BATCH_MS).unref();
  }

  /** Spans have been sent that the collector has not answered for. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  async forceFlush(): Promise<void> {
    this.#send();
    await Promise.all(this.#underWay);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.#exporter.shutdown();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const spans = this.#waiting;
    if (spans.length === 0) return;
    this.#waiting = [];
    this.#spansUnderWay += spans.length;
    const sending = exported((done) => this.#exporter.export(spans, () => done())).finally(() => {
      this.#underWay.delete(sending);
      this.#spansUnderWay -= spans.length;
    });
    this.#underWay.add(sending);
  }
}

export class MetricSender extends MetricReader {
  readonly #exporter: PushMetricExporter;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(exporter: PushMetricExporter) {
    super({
      aggregationSelector: (type) =>
        exporter.selectAggregation?.(type) ?? { type: AggregationType.DEFAULT },
      aggregationTemporalitySelector: (type) =>
        exporter.selectAggregationTemporality?.(type) ?? AggregationTemporality.CUMULATIVE,
    });
    this.#exporter = exporter;
  }

  protected override onInitialized(): void {
    const send = (): void => void this.#send().catch(() => {});
    this.#timer = setInterval(send, METRICS_EVERY_MS).unref();
  }

  protected override async onForceFlush(): Promise<void> {
    // What is under way lacks what has been recorded since.
    await this.#sending;
    await this.#send();
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.onForceFlush();
    await this.#exporter.shutdown();
  }

  /** One export at a time: the points are cumulative, and the next one has all of them. */
  #send(): Promise<void> {
    this.#sending ??= this.#collectAndExport().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #collectAndExport(): Promise<void> {
    const { resourceMetrics } = await this.collect();
    if (resourceMetrics.scopeMetrics.length === 0) return;
    await exported((done) => this.#exporter.export(resourceMetrics, () => done()));
  }
}
