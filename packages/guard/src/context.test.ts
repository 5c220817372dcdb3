// Who spends: nesting, merging, bad labels, and what runs later.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { currentLabels, runAs } from './context.ts';

test('nested labels merge, the inner value wins, and the outside sees nothing of them', async () => {
  const seen = await runAs({ team: 'search', user: 'u1' }, () =>
    runAs({ user: 'u2' }, async () => {
      await sleep(1);
      return currentLabels({ team: 'from-env', env: 'prod' });
    }),
  );
  expect(seen).toEqual({ team: 'search', user: 'u2', env: 'prod' });
  expect(currentLabels({})).toEqual({});
});

test('bad labels are refused before anything runs', () => {
  let ran = false;
  const run = (labels: Record<string, string>) => () => runAs(labels, () => (ran = true));
  expect(run({ Team: 'x' })).toThrow(/labels\.Team/u);
  expect(run({ model: 'x' })).toThrow(/computed/u);
  expect(run({ user: 'a\nb' })).toThrow(/control characters/u);
  expect(ran).toBe(false);
});
