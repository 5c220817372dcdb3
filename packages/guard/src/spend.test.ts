// Spend without an LLM call: reserved before a function runs, charged when it is over, refused before it.
import { createNoopMeter, trace } from '@opentelemetry/api';
import type { Denied } from '@spendfuse/core';
import { createScriptedAuthority, type ScriptedAuthority, until } from '@spendfuse/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { runAs } from './context.ts';
import { BudgetExceededError } from './errors.ts';
import { createGuard, type Guard } from './guard.ts';
import type { Spent } from './spend.ts';
import { createTelemetry } from './telemetry/span.ts';
import { createTokenCounter } from './tokens.ts';

const denied: Denied = { kind: 'denied', reason: 'EXHAUSTED', refusals: [], waitedMs: 0 };
const search = {
  provider: 'tool',
  model: 'search',
  toolName: 'search',
  amounts: { tool_calls: 1, cost: 20_000_000 },
} as const;

let authority: ScriptedAuthority;
let guard: Guard;
beforeEach(() => {
  authority = createScriptedAuthority();
  guard = guarded();
});

function guarded(more: Partial<Parameters<typeof createGuard>[0]> = {}): Guard {
  return createGuard({
    authority,
    telemetry: createTelemetry({
      tracer: () => trace.getTracer('test'),
      meter: () => createNoopMeter(),
    }),
    tokens: createTokenCounter(),
    labels: { team: 'a' },
    onUnavailable: 'deny',
    ...more,
  });
}

const settled = (): void => {
  expect(authority.asked.commit).toHaveLength(authority.asked.reserve.length);
};

test('what it may take is reserved first, and charged as reserved where nothing else is said', async () => {
  const answer = await runAs({ user: 'u' }, () =>
    guard.spend(search, () => {
      expect(authority.asked.reserve).toHaveLength(1);
      expect(authority.asked.commit).toHaveLength(0);
      return 42;
    }),
  );
  expect(answer).toBe(42);
  const [reserve] = authority.asked.reserve;
  expect(reserve).toMatchObject({
    call: {
      labels: { team: 'a', user: 'u' },
      provider: 'tool',
      model: 'search',
      operation: 'execute_tool',
    },
    estimate: {
      inputBound: { tokens: 0, exact: true },
      maxOutputTokens: 0,
      amounts: { tool_calls: 1, cost: 20_000_000 },
    },
  });
  expect(authority.asked.commit).toMatchObject([
    {
      id: reserve?.id,
      usageSource: 'provider',
      amounts: { tool_calls: 1, cost: 20_000_000 },
      call: { model: 'search' },
    },
  ]);
});

test('what the function says that it used is charged, the latest word of each unit', async () => {
  await guard.spend(search, ({ used }) => {
    used({ cost: 1 });
    used({ cost: 2, pages_read: 7 });
  });
  expect(authority.asked.commit).toMatchObject([
    { usageSource: 'provider', amounts: { tool_calls: 1, cost: 2, pages_read: 7 } },
  ]);
});

describe('a function that throws', () => {
  const failure = new Error('no such page');

  test('is charged all that was reserved, as nobody knows how far it came', async () => {
    const failing = guard.spend(search, () => Promise.reject(failure));
    await expect(failing).rejects.toBe(failure);
    expect(authority.asked.commit).toMatchObject([
      { usageSource: 'estimated', amounts: { tool_calls: 1, cost: 20_000_000 } },
    ]);
  });

  test('is charged what it said before', async () => {
    const failing = guard.spend(search, ({ used }) => {
      used({ cost: 0 });
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(authority.asked.commit).toMatchObject([
      { usageSource: 'provider', amounts: { tool_calls: 1, cost: 0 } },
    ]);
  });
});

test('a refusal reaches the caller, and the function is not run', async () => {
  authority.script.reserve = async () => denied;
  let runs = 0;
  const refused = guard.spend(search, () => void (runs += 1));
  await expect(refused).rejects.toThrow(BudgetExceededError);
  expect(runs).toBe(0);
  expect(authority.asked.commit).toEqual([]);
});

test('a refusal of something inside is what the function throws, with what it took before', async () => {
  const outer = guard.spend(search, async ({ used }) => {
    used({ cost: 5 });
    authority.script.reserve = async () => denied;
    await guard.spend({ ...search, model: 'inner' }, () => {});
  });
  await expect(outer).rejects.toThrow(BudgetExceededError);
  expect(authority.asked.commit).toMatchObject([{ amounts: { cost: 5 } }]);
});

test('functions side by side and inside of each other have reservations of their own', async () => {
  await guard.spend(search, () =>
    Promise.all([1, 2, 3].map((cost) => guard.spend(search, ({ used }) => used({ cost })))),
  );
  const costs = authority.asked.commit.map(({ amounts }) => amounts?.['cost']);
  expect(new Set(costs)).toEqual(new Set([1, 2, 3, 20_000_000]));
  expect(new Set(authority.asked.reserve.map(({ id }) => id)).size).toBe(4);
  settled();
});

test('a function that takes long keeps its reservation', async () => {
  guard = guarded({ times: { extendEveryMs: 5 } });
  await guard.spend(search, () =>
    until(() => authority.asked.extend.length > 1, { what: 'extensions' }),
  );
  const [reserve] = authority.asked.reserve;
  expect(authority.asked.extend[0]).toMatchObject({ id: reserve?.id, ttlMs: 120_000 });
});

test('whoever does not want to wait any more is not kept, and nothing stays held', async () => {
  authority.script.reserve = () => new Promise(() => {});
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = guard.spend({ ...search, signal: controller.signal }, () => 1);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(authority.asked.release).toHaveLength(1);
});

describe('where nobody can be asked', () => {
  const away = () => Promise.reject(new Error('away'));

  test('deny: it is refused', async () => {
    authority.script.reserve = away;
    const refused = guard.spend(search, () => 1);
    await expect(refused).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  });

  test('allow: it goes on, and is told when it is over', async () => {
    authority.script.reserve = away;
    guard = guarded({ onUnavailable: 'allow' });
    expect(await guard.spend(search, () => 1)).toBe(1);
    expect(authority.asked.commit).toMatchObject([
      { call: { model: 'search' }, amounts: search.amounts },
    ]);
  });

  test('grace: as far as its own cost goes', async () => {
    authority.script.reserve = away;
    authority.script.commit = away;
    guard = guarded({ onUnavailable: 'grace', grace: { unit: 'cost', amount: 30_000_000 } });
    const cheaper = ({ used }: Spent): void => used({ cost: 10_000_000 });
    await guard.spend(search, cheaper);
    await guard.spend(search, cheaper);
    await expect(guard.spend(search, cheaper)).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
  });

  test('labels that cannot be read refuse it, or (allow) it runs uncounted', async () => {
    const labels = { 'no label': 'x' };
    authority.script.reserve = away;
    await expect(guarded({ labels }).spend(search, () => 1)).rejects.toThrow(BudgetExceededError);
  });
});

test('a commit that does not answer holds the function up for a moment only', async () => {
  authority.script.commit = () => new Promise(() => {});
  expect(await guarded({ times: { closeWaitMs: 1 } }).spend(search, () => 1)).toBe(1);
});
