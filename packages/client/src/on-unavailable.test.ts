// No decision to be had: denied or let through, and what an ungoverned call's end tells later.
import {
  type BudgetAuthority,
  type Granted,
  type OnUnavailable,
  parseGrace,
  SpendfuseError,
  usageOf,
} from '@spendfuse/core';
import { createScriptedAuthority } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { withPolicy } from './on-unavailable.ts';

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
  const grace = parseGrace('30 tokens');
  const governed = withPolicy(authority, { onUnavailable, grace, log, now: () => clock.nowMs });
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
  expect(granted.ungoverned).toBe('allow');
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

describe('`grace`, 30 tokens for calls of 11', () => {
  const newId = (i: number) => id.slice(0, -2) + String(i).padStart(2, '0');
  const reserveWith = (governed: BudgetAuthority) => async (i: number) => {
    const decision = await governed.reserve({ id: newId(i), call, estimate });
    return decision.kind === 'granted' ? decision.ungoverned : decision.kind;
  };

  test('goes as far as it goes', async () => {
    const { governed, warnings } = setUp('grace');
    const reserve = reserveWith(governed);
    expect([await reserve(1), await reserve(2), await reserve(3)]).toEqual([
      'grace',
      'grace',
      'denied',
    ]);
    expect(governed.ungovernedCalls()).toBe(2);
    expect(warnings).toHaveLength(1);
  });

  test('a commit gives back what was not used, its arrival the rest', async () => {
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { governed, authority } = setUp('grace', {
      ...failing(),
      commit: async (request) => {
        await arrived;
        const told = { id: request.id, costNanoUsd: 1, catalogue: 'c' };
        return { ...told, overrunNanoUsd: 0, late: false };
      },
    });
    const reserve = reserveWith(governed);
    await reserve(1);
    await reserve(2);
    // 22 of 30 are taken; then 3 + 11, and there is room for one more of 11.
    void governed.commit({ id: newId(1), usage, usageSource: 'provider' });
    expect([await reserve(3), await reserve(4)]).toEqual(['grace', 'denied']);
    const all = usageOf({ inputTokens: 11 });
    const committed = governed.commit({ id: newId(2), usage: all, usageSource: 'provider' });
    expect(await reserve(5)).toBe('denied');
    arrive();
    await committed;
    expect(await reserve(6)).toBe('grace');
    expect(authority.asked.commit[0]?.call).toMatchObject(call);
  });

  test('what the authority refuses for good stays taken', async () => {
    const { governed } = setUp('grace', {
      ...failing(),
      commit: async () => {
        throw new SpendfuseError({ code: 'ID_EXPIRED', message: 'too old' });
      },
    });
    const reserve = reserveWith(governed);
    await reserve(1);
    await governed
      .commit({ id: newId(1), usage: usageOf({ inputTokens: 20 }), usageSource: 'provider' })
      .catch(() => {});
    expect(await reserve(2)).toBe('denied');
  });

  test('asks for an exact count where less input would fit', async () => {
    const { governed } = setUp('grace');
    const bound = { tokens: 1000, exact: false };
    const large = { ...estimate, inputBound: bound };
    expect(await governed.reserve({ id, call, estimate: large })).toEqual({ kind: 'refine' });
    const hopeless = { ...large, maxOutputTokens: 31 };
    expect(await governed.reserve({ id, call, estimate: hopeless })).toMatchObject({
      reason: 'UNAVAILABLE',
    });
  });

  test('the same id takes once', async () => {
    const { governed } = setUp('grace');
    const reserve = reserveWith(governed);
    await reserve(1);
    expect([await reserve(1), await reserve(1), await reserve(1)]).not.toContain('denied');
  });
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
