// The sidecar's metrics: one meter provider, read by Prometheus and, if asked for, sent by OTLP.
import type { LocalAuthority } from '@spendfuse/authority';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { observeBudgets } from './budget-gauges.ts';
import { Distributions } from './distribution.ts';
import { eventMetrics } from './event-metrics.ts';
import { ATTRIBUTES, METRICS } from './names.ts';
import { observeProcess } from './process-metrics.ts';
import { Tally } from './tally.ts';

export interface MetricsOptions {
  readonly authority: Pick<LocalAuthority, 'balances' | 'onEvent'>;
  readonly version: string;
  /** Base address of an OTLP/HTTP receiver. Undefined: metrics are only there to be fetched. */
  readonly otlpEndpoint?: string | undefined;
}

export interface Metrics {
  /** Everything there is, in Prometheus' text format. */
  prometheusText(): Promise<string>;
  /** Counts an alert by its event and what became of it. */
  countAlert(event: string, outcome: string): void;
  /** Counts a reading of a changed budgets file. */
  countReload(outcome: 'ok' | 'failed'): void;
  /** Sends the last state, if there is somewhere to send it. Never throws. */
  close(): Promise<void>;
}

/** A receiver that does not answer must not hold up the end of the sidecar. */
const CLOSE_TIMEOUT_MS = 2000;

export function createMetrics({ authority, version, otlpEndpoint }: MetricsOptions): Metrics {
  const scope = { name: '@spendfuse/sidecar', version };
  const distributions = new Distributions(scope);
  const metricProducers = [distributions];
  const prometheus = new PrometheusExporter({ preventServerStart: true, metricProducers });
  const readers: IMetricReader[] = [prometheus];
  if (otlpEndpoint !== undefined) {
    const exporter = new OTLPMetricExporter({ url: `${otlpEndpoint}/v1/metrics` });
    readers.push(new PeriodicExportingMetricReader({ exporter, metricProducers }));
  }
  const provider = new MeterProvider({
    readers,
    resource: resourceFromAttributes({
      'service.name': process.env['OTEL_SERVICE_NAME'] || 'spendfuse-sidecar',
      'service.version': version,
    }),
  });
  const meter = provider.getMeter(scope.name, scope.version);
  authority.onEvent(eventMetrics({ meter, distributions }));
  observeBudgets({ meter, balances: () => authority.balances({}) });
  observeProcess(meter);
  const { event, outcome } = ATTRIBUTES;
  const alerts = new Tally({ meter, metric: METRICS.alerts, attributes: [event, outcome] });
  const reloads = new Tally({ meter, metric: METRICS.configReloads, attributes: [outcome] });
  const serializer = new PrometheusSerializer();
  return {
    async prometheusText() {
      const { resourceMetrics } = await prometheus.collect();
      return serializer.serialize(resourceMetrics);
    },
    countAlert: (...values) => alerts.add(1, values),
    countReload: (how) => reloads.add(1, [how]),
    async close() {
      await provider.shutdown({ timeoutMillis: CLOSE_TIMEOUT_MS }).catch(() => undefined);
    },
  };
}
