// No decision to be had: denied or let through, and what an ungoverned call's end tells later.
import { type BudgetAuthority, type Granted, SpendfuseError, usageOf } from '@spendfuse/core';
import { createScriptedAuthority } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { type OnUnavailable, withPolicy } from './on-unavailable.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const call = { labels: { team: 'a' }, provider: 'openai', model: 'm', operation: 'chat' };
const estimate = {
  inputBound: { tokens: 1, exact: true },
  maxOutputTokens: 10,
  choices: 1,
  clampable: true,
};
const usage = usageOf({ inputTokens: 3 });

function failing(code: SpendfuseError['code'] = 'UNAVAILABLE'): Partial<BudgetAuthority> {
  return {
    reserve: async () => {
      throw new SpendfuseError({ code, message: 'away' });
    },
  };
}

function setUp(onUnavailable: OnUnavailable, script: Partial<BudgetAuthority> = failing()) {
  const authority = createScriptedAuthority(script);
  const warnings: string[] = [];
  const log = { warn: (event: string) => warnings.push(event) };
  const clock = { nowMs: 1000 };
  const governed = withPolicy(authority, { onUnavailable, log, now: () => clock.nowMs });
  return { authority, governed, warnings, clock };
}

test('`deny` is a denial with the reason UNAVAILABLE', async () => {
  const { governed } = setUp('deny');
  expect(await governed.reserve({ id, call, estimate })).toEqual({
    kind: 'denied',
    reason: 'UNAVAILABLE',
    refusals: [],
    waitedMs: 0,
  });
  expect(governed.ungovernedCalls()).toBe(0);
});

test('`allow` is a grant that holds nothing', async () => {
  const { governed } = setUp('allow');
  const granted = (await governed.reserve({ id, call, estimate, ttlMs: 500 })) as Granted;
  expect(granted).toMatchObject({ kind: 'granted', id, expiresAtMs: 1500, shadow: [] });
  expect(granted.held).toEqual({ costNanoUsd: undefined, tokens: 0 });
  expect(governed.ungovernedCalls()).toBe(1);
});

test("an ungoverned call's commit brings along what the authority cannot know", async () => {
  const { governed, authority, clock } = setUp('allow');
  await governed.reserve({ id, call, estimate });
  clock.nowMs = 5000;
  expect(await governed.extend({ id, ttlMs: 100 })).toMatchObject({ expiresAtMs: 5100 });
  expect(authority.asked.extend).toEqual([]);
  await governed.commit({ id, usage, usageSource: 'provider' });
  expect(authority.asked.commit).toEqual([
    { id, usage, usageSource: 'provider', call: { ...call, reservedAtMs: 1000 } },
  ]);
});

test('one warning for an absence, not one for each call', async () => {
  const { governed, authority, warnings } = setUp('allow');
  for (let i = 0; i < 3; i++) await governed.reserve({ id, call, estimate });
  expect(warnings).toEqual(['no decision to be had; calls go on ungoverned']);
  authority.script = {};
  await governed.reserve({ id, call, estimate });
  authority.script = failing();
  await governed.reserve({ id, call, estimate });
  expect(warnings).toHaveLength(2);
});

test('decisions of the authority pass as they are, a denial too', async () => {
  const denied = { kind: 'denied', reason: 'EXHAUSTED', refusals: [], waitedMs: 0 } as const;
  const { governed } = setUp('allow', { reserve: async () => denied });
  expect(await governed.reserve({ id, call, estimate })).toBe(denied);
  await governed.commit({ id, usage, usageSource: 'provider' });
});

test.each(['RESOURCE_EXHAUSTED', 'INTERNAL'] as const)('%s is no decision', async (code) => {
  const { governed } = setUp('deny', failing(code));
  expect(await governed.reserve({ id, call, estimate })).toMatchObject({ reason: 'UNAVAILABLE' });
});

test.each(['INVALID_ARGUMENT', 'ID_REUSED'] as const)('%s stays an error', async (code) => {
  const { governed } = setUp('allow', failing(code));
  await expect(governed.reserve({ id, call, estimate })).rejects.toMatchObject({ code });
});
