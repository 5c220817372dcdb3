// Spans that a framework makes of its calls are enriched, and no call has two.
import { fileURLToPath } from 'node:url';
import { runNode, startFakeOtlp } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { preload } from '../../support/sidecar.ts';
import { startWorld } from './play.ts';

const program = fileURLToPath(new URL('programs/ai-sdk-telemetry.ts', import.meta.url));

test('the AI SDK: its span of a step has decision and cost, and none is beside it', async () => {
  await using world = await startWorld();
  await using otlp = await startFakeOtlp();
  const { code, stderr } = await runNode({
    args: ['--require', preload, program],
    env: {
      ...world.env,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // The outermost one of a stream may end after the program has.
  const spans = await otlp.waitForSpans(3);
  expect(spans.filter(({ name }) => !name.startsWith('ai.'))).toEqual([]);
  const told = spans.filter(({ attributes }) => attributes['spendfuse.decision'] === 'granted');
  expect(told.map(({ name }) => name)).toEqual([
    'ai.generateText.doGenerate',
    'ai.streamText.doStream',
  ]);
  const costs = told.map(({ attributes }) => attributes['spendfuse.cost.nano_usd']);
  expect(costs).toEqual(world.calls().map(({ billedNanoUsd }) => Number(billedNanoUsd)));
});
