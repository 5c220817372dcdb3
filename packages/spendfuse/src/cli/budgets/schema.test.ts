// The committed JSON Schema is the one that the command prints.
import { readFileSync } from 'node:fs';
import { configSchema } from '@spendfuse/authority';
import { expect, test } from 'vitest';

test('packages/spendfuse/schema/budgets.schema.json is up to date', () => {
  const file = new URL('../../../schema/budgets.schema.json', import.meta.url);
  const committed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const why = 'npm run spendfuse -- budgets schema > packages/spendfuse/schema/budgets.schema.json';
  expect(committed, `make it anew and format it: ${why}`).toEqual(configSchema());
});
