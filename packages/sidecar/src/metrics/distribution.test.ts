// Distributions: what they tell is what an instrument of OpenTelemetry would, with a bound on the series.
import {
  AggregationTemporality,
  type HistogramMetricData,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Distributions } from './distribution.ts';

const scope = { name: 'test', version: '1' };
const boundaries = [0.5, 1, 2];
const metric = { name: 'ours', description: 'How long', unit: 's' };

let distributions: Distributions;
let exporter: InMemoryMetricExporter;
let provider: MeterProvider;

beforeEach(() => {
  distributions = new Distributions(scope);
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const metricProducers = [distributions];
  const options = { exporter, exportIntervalMillis: 60_000, metricProducers };
  provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader(options)] });
});

afterEach(() => provider.shutdown());

async function collected(): Promise<readonly HistogramMetricData[]> {
  exporter.reset();
  await provider.forceFlush();
  const scopes = exporter.getMetrics()[0]?.scopeMetrics ?? [];
  return scopes.flatMap(({ metrics }) => metrics) as readonly HistogramMetricData[];
}

it('tells the same of each value as an instrument does', async () => {
  const ours = distributions.open({ metric, attribute: 'outcome', boundaries });
  const theirs = provider.getMeter(scope.name, scope.version).createHistogram('theirs', {
    description: metric.description,
    unit: metric.unit,
    advice: { explicitBucketBoundaries: [...boundaries] },
  });
  for (const [value, outcome] of [
    [0, 'granted'],
    [0.5, 'granted'],
    [0.51, 'granted'],
    [2, 'granted'],
    [2.1, 'granted'],
    [1000, 'denied'],
  ] as const) {
    ours.record(value, outcome);
    theirs.record(value, { outcome });
  }
  const metrics = await collected();
  const [one, other] = ['ours', 'theirs'].map((name) => {
    const found = metrics.find(({ descriptor }) => descriptor.name === name);
    const { description, unit, valueType } = found?.descriptor ?? {};
    const dataPoints = found?.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
    const { aggregationTemporality, dataPointType } = found ?? {};
    const kind = { description, unit, valueType, aggregationTemporality, dataPointType };
    return { ...kind, dataPoints };
  });
  expect(one).toEqual(other);
  expect(one?.dataPoints?.[0]?.value.buckets.counts).toEqual([2, 1, 1, 1]);
});

it('adds up from the start, and folds what is beyond the bound', async () => {
  const ours = distributions.open({ metric, attribute: 'model', boundaries });
  expect(await collected()).toEqual([]);
  ours.record(1, 'a');
  await collected();
  for (let i = 0; i < 3000; i++) ours.record(1, `model-${i}`);
  ours.record(3, 'a');
  const points = (await collected())[0]?.dataPoints ?? [];
  const valueOf = (model: string) =>
    points.find(({ attributes }) => attributes['model'] === model)?.value;
  expect(valueOf('a')).toMatchObject({ count: 2, sum: 4, min: 1, max: 3 });
  expect(valueOf('model-7')?.count).toBe(1);
  expect(valueOf('(other)')?.count).toBe(2001);
});
