// The JSON Schema of budgets files: editors are told the same as who loads the file.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from './load.ts';
import { configSchema } from './schema.ts';

const schema = z.fromJSONSchema(configSchema() as Parameters<typeof z.fromJSONSchema>[0]);

function accepts(text: string): boolean {
  return schema.safeParse(parse(text)).success;
}

test('the example is a budgets file, for the schema as for the loader', () => {
  const file = new URL('../../../spendfuse/examples/budgets.yaml', import.meta.url);
  const text = readFileSync(file, 'utf8');
  expect(parseConfig(text, { env: {} }).budgets).toHaveLength(5);
  expect(schema.safeParse(parse(text)).error).toBeUndefined();
});

describe('both refuse', () => {
  test.each([
    'budgets: { id: a, limts: $5 }',
    'budgets: { limits: $5 }',
    'budgets: { id: A, limits: $5 }',
    'budgets: { id: a, limits: [] }',
    'budgets: { id: a, limits: 5 }',
    'budgets: { id: a, limits: { amount: { by: plan, free: $1 } } }',
    'budgets: { id: a, limits: $5, mode: off }',
    'budgets: { id: a, limits: $5, alerts: [80] }',
    'budgets: { id: a, limits: $5, repeat: soon }',
    'budgets: { id: a, limits: $5, maxScopes: many }',
    'budgets: { id: a, limits: $5, onShortage: retry }',
    'budgets: { id: a, limits: $5, onShortage: { clamp: {} } }',
    'budget: []',
  ])('%s', (text) => {
    expect(() => parseConfig(text)).toThrow();
    expect(accepts(text)).toBe(false);
  });
});

describe('both take', () => {
  test.each([
    'budgets: { id: a, limits: $5 }',
    'budgets: { id: a, limits: ["${L:-$5/day}", 3 concurrent], maxScopes: "${N:-5}" }',
    'budgets: [{ id: a, limits: { amount: $5, window: day }, onShortage: deny }]',
  ])('%s', (text) => {
    // A quoted variable is text for the loader, so the number is given bare there.
    expect(parseConfig(text.replace('"${N:-5}"', '5')).budgets).toHaveLength(1);
    expect(accepts(text)).toBe(true);
  });
});

test('every key of a budget is described', () => {
  const { budgets } = configSchema()['properties'] as { budgets: { anyOf: readonly unknown[] } };
  const { properties } = budgets.anyOf[0] as {
    properties: Record<string, { description?: string }>;
  };
  const silent = Object.entries(properties).filter(([, { description }]) => !description);
  expect(silent).toEqual([]);
});
