// Tallies: sums by attributes, with a bound on how many there are.
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { Tally } from './tally.ts';

it('sums by attributes, and folds what is beyond the bound', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const metric = { name: 'calls' };
  const tally = new Tally({
    meter: provider.getMeter('test'),
    metric,
    attributes: ['provider', 'model'],
  });
  tally.add(2, ['openai', 'a']);
  tally.add(3, ['openai', 'a']);
  const sum = tally.sum(['openai', 'a']);
  for (let i = 0; i < 3000; i++) tally.add(1, ['openai', `model-${i}`]);
  // Who has asked for a place keeps it, also when it is that of the rest.
  sum.value += 10;
  tally.sum(['openai', 'another']).value += 1;
  await provider.forceFlush();
  const points = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
  const valueOf = (model: string) =>
    points.find(({ attributes }) => attributes['model'] === model)?.value;
  expect(valueOf('a')).toBe(15);
  expect(valueOf('model-7')).toBe(1);
  expect(valueOf('(other)')).toBe(2002);
  await provider.shutdown();
});
