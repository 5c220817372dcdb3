// OTLP/JSON to plain objects: attributes as values, enums as words, times as nanoseconds.

import { listOf, numberOf, objectOf, stringOf } from './json.ts';
import type { JsonObject } from './json.ts';

export type OtlpValue =
  | string
  | number
  | boolean
  | undefined
  | readonly OtlpValue[]
  | { readonly [key: string]: OtlpValue };

/** Integers and doubles are numbers, lists are lists, maps are objects. */
export type OtlpAttributes = Readonly<Record<string, OtlpValue>>;

/** Who sent it. */
export interface OtlpOrigin {
  readonly resource: OtlpAttributes;
  readonly scope: { readonly name: string; readonly version: string };
}

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface FakeSpan extends OtlpOrigin {
  readonly name: string;
  readonly kind: SpanKind;
  /** Hexadecimal, as all ids here. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  readonly attributes: OtlpAttributes;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string };
  readonly events: readonly FakeSpanEvent[];
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
}

export interface FakeSpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: OtlpAttributes;
}

export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

/** One data point; gauges and sums have a `value`, distributions have `count` and `sum`. */
export interface FakeMetricPoint extends OtlpOrigin {
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: string;
  readonly description: string;
  readonly attributes: OtlpAttributes;
  readonly value: number | undefined;
  readonly count: number | undefined;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Upper bounds of all buckets but the last. */
  readonly explicitBounds: readonly number[];
  readonly bucketCounts: readonly number[];
  readonly temporality: 'unspecified' | 'delta' | 'cumulative';
  readonly isMonotonic: boolean;
  readonly timeUnixNano: bigint;
}

export interface FakeLogRecord extends OtlpOrigin {
  readonly body: OtlpValue;
  readonly eventName: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly attributes: OtlpAttributes;
  readonly traceId: string;
  readonly spanId: string;
  readonly timeUnixNano: bigint;
}

const SPAN_KINDS: readonly SpanKind[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
const STATUS_CODES = ['unset', 'ok', 'error'] as const;
const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;
const METRIC_KINDS: readonly MetricKind[] = [
  'gauge',
  'sum',
  'histogram',
  'exponentialHistogram',
  'summary',
];

/** The spans of an `ExportTraceServiceRequest`. */
export function decodeSpans(body: unknown): readonly FakeSpan[] {
  return scoped(body, ['resourceSpans', 'scopeSpans', 'spans']).map(({ entry, origin }) => {
    const status = objectOf(entry['status']);
    return {
      ...origin,
      name: textOf(entry['name']),
      kind: SPAN_KINDS[numberOf(entry['kind']) ?? 0] ?? 'unspecified',
      traceId: textOf(entry['traceId']),
      spanId: textOf(entry['spanId']),
      parentSpanId: textOf(entry['parentSpanId']),
      attributes: attributesOf(entry['attributes']),
      status: {
        code: STATUS_CODES[numberOf(status['code']) ?? 0] ?? 'unset',
        message: textOf(status['message']),
      },
      events: listOf(entry['events']).map((event) => ({
        name: textOf(objectOf(event)['name']),
        timeUnixNano: nanos(objectOf(event)['timeUnixNano']),
        attributes: attributesOf(objectOf(event)['attributes']),
      })),
      startTimeUnixNano: nanos(entry['startTimeUnixNano']),
      endTimeUnixNano: nanos(entry['endTimeUnixNano']),
    };
  });
}

/** The data points of an `ExportMetricsServiceRequest`. */
export function decodeMetrics(body: unknown): readonly FakeMetricPoint[] {
  const metrics = scoped(body, ['resourceMetrics', 'scopeMetrics', 'metrics']);
  return metrics.flatMap(({ entry, origin }) => {
    const kind = METRIC_KINDS.find((candidate) => entry[candidate] !== undefined) ?? 'gauge';
    const data = objectOf(entry[kind]);
    const common = {
      ...origin,
      name: textOf(entry['name']),
      kind,
      unit: textOf(entry['unit']),
      description: textOf(entry['description']),
      temporality: TEMPORALITIES[numberOf(data['aggregationTemporality']) ?? 0] ?? 'unspecified',
      isMonotonic: data['isMonotonic'] === true,
    };
    return listOf(data['dataPoints']).map((point) => ({ ...common, ...pointOf(objectOf(point)) }));
  });
}

type PointFields = Pick<
  FakeMetricPoint,
  | 'attributes'
  | 'value'
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'explicitBounds'
  | 'bucketCounts'
  | 'timeUnixNano'
>;

function pointOf(point: JsonObject): PointFields {
  return {
    attributes: attributesOf(point['attributes']),
    value: integerOf(point['asInt']) ?? numberOf(point['asDouble']),
    count: integerOf(point['count']),
    sum: numberOf(point['sum']),
    min: numberOf(point['min']),
    max: numberOf(point['max']),
    explicitBounds: listOf(point['explicitBounds']).map(Number),
    bucketCounts: listOf(point['bucketCounts']).map(Number),
    timeUnixNano: nanos(point['timeUnixNano']),
  };
}

/** The records of an `ExportLogsServiceRequest`. */
export function decodeLogs(body: unknown): readonly FakeLogRecord[] {
  return scoped(body, ['resourceLogs', 'scopeLogs', 'logRecords']).map(({ entry, origin }) => ({
    ...origin,
    body: valueOf(entry['body']),
    eventName: textOf(entry['eventName']),
    severityNumber: numberOf(entry['severityNumber']) ?? 0,
    severityText: textOf(entry['severityText']),
    attributes: attributesOf(entry['attributes']),
    traceId: textOf(entry['traceId']),
    spanId: textOf(entry['spanId']),
    timeUnixNano: nanos(entry['timeUnixNano']),
  }));
}

interface Scoped {
  readonly entry: JsonObject;
  readonly origin: OtlpOrigin;
}

/** All three signals nest alike: resources, then scopes, then entries. */
function scoped(body: unknown, keys: readonly [string, string, string]): readonly Scoped[] {
  const [resources, scopes, entries] = keys;
  return listOf(objectOf(body)[resources])
    .map(objectOf)
    .flatMap((group) =>
      listOf(group[scopes])
        .map(objectOf)
        .flatMap((part) => {
          const scope = objectOf(part['scope']);
          const origin = {
            resource: attributesOf(objectOf(group['resource'])['attributes']),
            scope: { name: textOf(scope['name']), version: textOf(scope['version']) },
          };
          return listOf(part[entries]).map((entry) => ({ entry: objectOf(entry), origin }));
        }),
    );
}

function attributesOf(list: unknown): OtlpAttributes {
  return Object.fromEntries(
    listOf(list).map((item) => {
      const pair = objectOf(item);
      return [textOf(pair['key']), valueOf(pair['value'])];
    }),
  );
}

function valueOf(value: unknown): OtlpValue {
  const any = objectOf(value);
  if ('arrayValue' in any) {
    return listOf(objectOf(any['arrayValue'])['values']).map(valueOf);
  }
  if ('kvlistValue' in any) {
    return attributesOf(objectOf(any['kvlistValue'])['values']);
  }
  const plain = any['stringValue'] ?? any['boolValue'] ?? any['doubleValue'] ?? any['bytesValue'];
  return typeof plain === 'string' || typeof plain === 'boolean' || typeof plain === 'number'
    ? plain
    : integerOf(any['intValue']);
}

/** 64-bit integers come as decimal strings or as numbers. */
function integerOf(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : undefined;
}

/** Times come as decimal strings of nanoseconds since 1970. */
function nanos(value: unknown): bigint {
  return typeof value === 'string' || typeof value === 'number' ? BigInt(value) : 0n;
}

function textOf(value: unknown): string {
  return stringOf(value) ?? '';
}
