// Who waits for room, and who must not go before them.
import { setImmediate as turn } from 'node:timers/promises';
import type { Budget, Rung } from '@spendfuse/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type Ask, budget, type PricedWorld, pricedWorld } from '../support/priced-world.ts';

const ladder: readonly Rung[] = [{ kind: 'wait', maxWaitMs: 60_000 }, { kind: 'deny' }];
const LONG = 60_000;

let world: PricedWorld;
let answers: string[];
function open(...budgets: readonly Budget[]): void {
  world = pricedWorld(...budgets);
  answers = [];
}
afterEach(() => world.authority.close());

/** Asks, and notes the answer under this name when it comes. */
function ask(name: string, what: Ask): Promise<void> {
  return world.ask({ maxWaitMs: LONG, ...what }).then(
    (answer) => void answers.push(`${name} ${answer}`),
    (error: unknown) => void answers.push(`${name} ${(error as { code: string }).code}`),
  );
}

/** Lets everything happen that needs nothing more from outside. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await turn();
}

describe('first come, first served', () => {
  test('who comes later and needs less waits behind who came first', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    const first = await world.hold({ input: 50 });
    const second = await world.hold({ input: 50 });
    void ask('a', { input: 60 });
    await settle();
    await world.commit(first, 0);
    await settle();
    void ask('b', { input: 10 });
    void ask('c', { input: 10 });
    await settle();
    expect(answers).toEqual([]);
    await world.commit(second, 0);
    await settle();
    expect(answers).toEqual(['a granted', 'b granted', 'c granted']);
  });

  test('those who come at the same time go in their order', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    const id = await world.hold({ input: 100 });
    for (const name of ['a', 'b', 'c', 'd']) void ask(name, { input: 100 });
    await settle();
    await world.authority.release({ id });
    await settle();
    expect(answers).toEqual(['a granted']);
  });

  test('who cannot wait is refused the room that others wait for, and told so', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    await world.hold({ input: 50 });
    void ask('a', { input: 60 });
    await settle();
    const { reason, refusals, retryAfterMs } = await world.denied({ input: 10 });
    expect({ reason, retryAfterMs }).toEqual({ reason: 'IN_FLIGHT', retryAfterMs: 1000 });
    expect(refusals).toMatchObject([
      { committed: 0, reserved: 50, requested: 10, limit: 100, detail: expect.any(String) },
    ]);
  });

  test('nor does a clamp take it', async () => {
    open(
      budget({
        limits: ['100 tokens'],
        onShortage: [...ladder.slice(0, 1), { kind: 'clamp', minOutputTokens: 1 }],
      }),
    );
    await world.hold({ input: 50 });
    void ask('a', { input: 60 });
    await settle();
    expect(await world.ask({ input: 1, output: 80 })).toBe('IN_FLIGHT');
  });

  test('what takes nothing of the counter passes', async () => {
    open(budget({ limits: ['$0.000001'], onShortage: ladder }));
    await world.hold({ input: 900 });
    void ask('a', { input: 200 });
    await settle();
    expect(await world.ask({ model: 'free', input: 5000 })).toBe('granted');
  });

  test('a call of the same id is told what it was told, whoever waits (L4)', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    const request = world.request({ input: 50 });
    const answer = await world.authority.reserve(request);
    void ask('a', { input: 60 });
    await settle();
    expect(await world.authority.reserve(request)).toEqual(answer);
  });
});

describe('calls of other counters', () => {
  test('are not held up by a user who waits for a counter of their own', async () => {
    open(
      budget({ id: 'all', limits: ['1k tokens'], onShortage: ladder }),
      budget({ id: 'users', limits: ['1 concurrent'], per: ['user'], onShortage: ladder }),
    );
    const id = await world.hold({ labels: { user: 'u1' } });
    void ask('u1', { labels: { user: 'u1' } });
    await settle();
    expect(await world.ask({ labels: { user: 'u2' } })).toBe('granted');
    expect(answers).toEqual([]);
    await world.commit(id, 0);
    await settle();
    expect(answers).toEqual(['u1 granted']);
  });

  test('are held up by the counter that lacks room, and go on when it is another', async () => {
    open(
      budget({ id: 'all', limits: ['100 tokens'], onShortage: ladder }),
      budget({ id: 'users', limits: ['1 concurrent'], per: ['user'], onShortage: ladder }),
    );
    const whole = await world.hold({ input: 100, labels: { user: 'u0' } });
    void ask('u0', { input: 90, labels: { user: 'u0' } });
    await settle();
    void ask('u1', { input: 20, labels: { user: 'u1' } });
    await settle();
    // u0's own place is taken again at once, so only that is what u0 waits for.
    await world.authority.release({ id: whole });
    await settle();
    expect(answers).toEqual(['u0 granted']);
    expect(await world.ask({ input: 5, labels: { user: 'u0' }, maxWaitMs: 0 })).toBe('IN_FLIGHT');
  });

  test('a waiter whose counter has room again lets others pass while it waits for another', async () => {
    open(
      budget({ id: 'all', limits: ['100 tokens'], onShortage: ladder }),
      budget({ id: 'users', limits: ['1 concurrent'], per: ['user'], onShortage: ladder }),
    );
    const own = await world.hold({ input: 10, labels: { user: 'u1' } });
    const other = await world.hold({ input: 90, labels: { user: 'u2' } });
    // Lacks both: its own place, and tokens of all.
    void ask('u1', { input: 50, labels: { user: 'u1' } });
    await settle();
    expect(await world.ask({ input: 1, labels: { user: 'u3' }, maxWaitMs: 0 })).toBe('IN_FLIGHT');
    await world.commit(other, 0);
    await settle();
    expect(await world.ask({ input: 30, labels: { user: 'u3' }, maxWaitMs: 0 })).toBe('granted');
    expect(answers).toEqual([]);
    await world.commit(own, 0);
    await settle();
    expect(answers).toEqual(['u1 granted']);
  });

  test('it takes its place in time, not the last, where it lacks room again', async () => {
    open(
      budget({ id: 'all', limits: ['100 tokens'], onShortage: ladder }),
      budget({ id: 'users', limits: ['1 concurrent'], per: ['user'], onShortage: ladder }),
    );
    const own = await world.hold({ input: 0, labels: { user: 'u1' } });
    void ask('u1', { input: 50, labels: { user: 'u1' } });
    await settle();
    const whole = await world.hold({ input: 100, labels: { user: 'u2' } });
    void ask('u3', { input: 60, labels: { user: 'u3' } });
    await settle();
    // Now u1 has its place and lacks tokens, for which u3 has been waiting.
    await world.commit(own, 0);
    await settle();
    await world.commit(whole, 0);
    await settle();
    expect(answers).toEqual(['u1 granted']);
  });
});

describe('the end of a wait', () => {
  test('a release of the waiting id cancels it, and who is behind goes on', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    const id = await world.hold({ input: 60 });
    const waiting = world.request({ input: 90, maxWaitMs: LONG });
    const cancelled = world.authority
      .reserve(waiting)
      .catch((error: { code: string }) => error.code);
    void ask('behind', { input: 30 });
    await settle();
    await world.authority.release({ id: waiting.id });
    await settle();
    expect(await cancelled).toBe('SETTLED');
    expect(answers).toEqual(['behind granted']);
    await world.commit(id, 0);
  });

  test('so does one that is not the first in line', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    await world.hold({ input: 60 });
    void ask('first', { input: 90 });
    await settle();
    const waiting = world.request({ input: 30, maxWaitMs: LONG });
    const cancelled = world.authority
      .reserve(waiting)
      .catch((error: { code: string }) => error.code);
    await settle();
    await world.authority.release({ id: waiting.id });
    expect(await cancelled).toBe('SETTLED');
    expect(answers).toEqual([]);
  });

  test('who gives up makes way for who is behind', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    await world.hold({ input: 60 });
    const short = ask('short', { input: 90, maxWaitMs: 40 });
    await settle();
    void ask('behind', { input: 30 });
    await settle();
    expect(answers).toEqual([]);
    await short;
    await settle();
    expect(answers).toEqual(['short IN_FLIGHT', 'behind granted']);
  });

  test('a top-up wakes them', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    await world.hold({ input: 100 });
    void ask('a', { input: 60 });
    await settle();
    const { admin } = world.authority;
    await admin.allow({ by: 'test', budget: 'b', unit: 'tokens', amount: 100 });
    await settle();
    expect(answers).toEqual(['a granted']);
  });

  test('a budget that is set anew is the one they are asked by', async () => {
    open(budget({ limits: ['100 tokens'], onShortage: ladder }));
    await world.hold({ input: 100 });
    void ask('a', { input: 60 });
    await settle();
    const { admin } = world.authority;
    await admin.setBudget({ by: 'test', budget: budget({ limits: ['160 tokens'] }) });
    await settle();
    expect(answers).toEqual(['a granted']);
  });

  test('a window that turns wakes them', async () => {
    open(budget({ limits: ['100 tokens/day'], onShortage: ladder }));
    await world.hold({ input: 100 });
    const waiting = ask('a', { input: 60 });
    await settle();
    world.clock.advance(16 * 3_600_000);
    await waiting;
    expect(answers).toEqual(['a granted']);
  });
});

test('of many callers that wait at the same time nobody is lost, and no ceiling is passed', async () => {
  open(
    budget({ id: 'all', limits: ['300 tokens', '20 concurrent'], onShortage: ladder }),
    budget({ id: 'users', limits: ['100 tokens'], per: ['user'], onShortage: ladder }),
  );
  let most = 0;
  let random = 1;
  const next = (below: number): number => {
    random = (random * 48_271) % 2_147_483_647;
    return random % below;
  };
  const call = async (i: number): Promise<string> => {
    for (let turns = next(40); turns > 0; turns -= 1) await turn();
    const labels = { user: `u${i % 5}` };
    const decision = await world.decide({ input: 1 + next(100), labels, maxWaitMs: LONG });
    if (decision.kind !== 'granted') return decision.kind;
    const balances = await world.authority.balances({});
    for (const { limit, committed, reserved } of balances) {
      expect(committed + reserved).toBeLessThanOrEqual(limit);
    }
    most = Math.max(most, balances[0]?.reserved ?? 0);
    for (let turns = next(5); turns > 0; turns -= 1) await turn();
    await world.commit(decision.id, 0);
    return 'granted';
  };
  const all = await Promise.all(Array.from({ length: 300 }, (_, i) => call(i)));
  expect(new Set(all)).toEqual(new Set(['granted']));
  expect(most).toBeGreaterThan(200);
  expect(await world.counters('all')).toBe('0 + 0, 0 + 0');
});

test('at most a thousand wait: the next goes on to the next rung', async () => {
  open(budget({ limits: ['100 tokens'], onShortage: ladder }));
  const id = await world.hold({ input: 100 });
  const waiting = Array.from({ length: 1000 }, (_, i) => ask(`${i}`, { input: 0, output: 1 }));
  await settle();
  expect(await world.ask({ input: 1, maxWaitMs: LONG })).toBe('IN_FLIGHT');
  await world.commit(id, 0);
  await settle();
  expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => `${i} granted`));
  await world.authority.close();
  await Promise.all(waiting);
  expect(answers.slice(100)).toEqual(
    Array.from({ length: 900 }, (_, i) => `${i + 100} UNAVAILABLE`),
  );
});
