// Alerts as OpenTelemetry log events, sent by OTLP.
import { type Attributes, SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { type Alert, alertText, scopeText, severityOf } from '@spendfuse/authority';
import { ALERT_ATTRIBUTES, ALERT_EVENT_NAME } from './names.ts';

export interface LogEventsOptions {
  /** Base address of an OTLP/HTTP receiver. */
  readonly otlpEndpoint: string;
  readonly version: string;
}

export interface LogEvents {
  emit(alert: Alert): void;
  /** Sends what is left. Never throws. */
  close(): Promise<void>;
}

/** A receiver that does not answer must not hold up the end of the sidecar. */
const CLOSE_TIMEOUT_MS = 2000;

const SEVERITY = {
  info: { severityNumber: SeverityNumber.INFO, severityText: 'INFO' },
  warning: { severityNumber: SeverityNumber.WARN, severityText: 'WARN' },
  critical: { severityNumber: SeverityNumber.ERROR, severityText: 'ERROR' },
} as const;

export function createLogEvents({ otlpEndpoint, version }: LogEventsOptions): LogEvents {
  const exporter = new OTLPLogExporter({
    url: `${otlpEndpoint}/v1/logs`,
    timeoutMillis: CLOSE_TIMEOUT_MS,
  });
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter })],
    resource: resourceFromAttributes({
      'service.name': process.env['OTEL_SERVICE_NAME'] || 'spendfuse-sidecar',
      'service.version': version,
    }),
  });
  const logger = provider.getLogger('@spendfuse/sidecar', version);
  return {
    emit(alert) {
      logger.emit({
        eventName: ALERT_EVENT_NAME,
        timestamp: alert.atMs,
        ...SEVERITY[severityOf(alert)],
        body: alertText(alert).text,
        attributes: attributesOf(alert),
      });
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

/** Every fact that has a name; nothing for what the alert does not know. */
function attributesOf(alert: Alert): Attributes {
  const facts: Readonly<Record<string, unknown>> = { ...alert, severity: severityOf(alert) };
  const attributes: Attributes = {};
  for (const [key, name] of Object.entries(ALERT_ATTRIBUTES)) {
    const value = key === 'scope' && 'scope' in alert ? scopeText(alert.scope ?? {}) : facts[key];
    if (typeof value === 'string' || typeof value === 'number') attributes[name] = value;
  }
  return attributes;
}
