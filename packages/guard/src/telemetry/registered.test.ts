// What an application has registered is seen, whichever version of the API it did that with.
import { afterEach, expect, test } from 'vitest';
import { globalMeter, globalTracer } from './registered.ts';

/** Where every copy of the API, of major version 1, looks for what is registered. */
const KEY = Symbol.for('opentelemetry.js.api.1');
const shared = globalThis as { [KEY]?: unknown };

afterEach(() => delete shared[KEY]);

/** As an application's copy of that version leaves it. */
function register(version: string): { readonly tracer: object; readonly meter: object } {
  const tracer = {};
  const meter = {};
  shared[KEY] = { version, trace: { getTracer: () => tracer }, metrics: { getMeter: () => meter } };
  return { tracer, meter };
}

test.each(['1.9.0', '1.9.1', '1.10.0'])('by %s', (version) => {
  const { tracer, meter } = register(version);
  expect(globalTracer()).toBe(tracer);
  expect(globalMeter()).toBe(meter);
});

test('of another major version nothing is, and nothing is what there is without any', () => {
  expect(globalTracer()).toBeUndefined();
  expect(globalMeter()).toBeUndefined();
  register('2.0.0');
  expect(globalTracer()).toBeUndefined();
  expect(globalMeter()).toBeUndefined();
});
