// Grace: what is taken, given back and priced, and that it never exceeds what is allowed.
import { describe, expect, test } from 'vitest';
import type { Granted } from './decision.ts';
import { type GraceAmount, formatGrace, Grace, parseGrace } from './grace.ts';
import { usageOf } from './usage.ts';

const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };

interface Asked {
  readonly input?: number;
  /** null: as much as the model can make. */
  readonly output?: number | null;
  readonly choices?: number;
  readonly tier?: string;
  readonly model?: string;
  readonly webSearches?: number;
}

function request({ input = 100, output = 50, choices = 1, model = 'm', ...rest }: Asked = {}) {
  const estimate = {
    inputBound: { tokens: input, exact: true },
    maxOutputTokens: output ?? undefined,
    choices,
    clampable: true,
    ...rest,
  };
  return { id: 'id', call: { ...call, model }, estimate };
}

function grant(tokens: number, costNanoUsd: number | undefined): Granted {
  const held = { tokens, costNanoUsd };
  return { kind: 'granted', id: 'id', expiresAtMs: 1, held, waitedMs: 0, shadow: [] };
}

const cost = (amount: number): GraceAmount => ({ unit: 'cost', amount });

test.each([
  ['$0.50', { unit: 'cost', amount: 500_000_000 }, '$0.50'],
  ['50000 tokens', { unit: 'tokens', amount: 50_000 }, '50000 tokens'],
  ['50k tokens', { unit: 'tokens', amount: 50_000 }, '50000 tokens'],
  ['20 requests', { unit: 'requests', amount: 20 }, '20 requests'],
])('%s', (text, amount, formatted) => {
  expect(parseGrace(text)).toEqual(amount);
  expect(formatGrace(parseGrace(text))).toBe(formatted);
});

test.each(['', '0.5', '$0', '$-1', '3 concurrent', '5 tool_calls', '$5/day', 'NaN tokens'])(
  '"%s" is refused',
  (text) => {
    expect(() => parseGrace(text)).toThrow(expect.objectContaining({ field: 'grace' }));
  },
);

describe('tokens', () => {
  test('the worst case is taken, what was not used given back, the rest when it has arrived', () => {
    const grace = new Grace({ unit: 'tokens', amount: 1000 });
    const taken = grace.take(request({ input: 100, output: 50, choices: 2 }));
    expect(grace.left).toBe(800);
    if (!taken) throw new Error('not taken');
    const left = grace.used(taken, usageOf({ inputTokens: 90, outputTokens: 10 }));
    expect(grace.left).toBe(900);
    grace.arrived(left);
    expect(grace.left).toBe(1000);
  });

  test('never more than the allowance, whatever is asked for at once', () => {
    const grace = new Grace({ unit: 'tokens', amount: 1000 });
    const taken = Array.from({ length: 20 }, () => grace.take(request()));
    expect(taken.filter(Boolean)).toHaveLength(6);
    expect(grace.left).toBe(100);
  });

  test('a call that used more than its worst case takes it from the next', () => {
    const grace = new Grace({ unit: 'tokens', amount: 1000 });
    const taken = grace.take(request());
    if (!taken) throw new Error('not taken');
    grace.used(taken, usageOf({ inputTokens: 5000 }));
    expect(grace.left).toBe(0);
    expect(grace.take(request({ input: 1, output: 0 }))).toBeUndefined();
  });

  test('usage that is none leaves the worst case taken', () => {
    const grace = new Grace({ unit: 'tokens', amount: 1000 });
    const taken = grace.take(request());
    if (!taken) throw new Error('not taken');
    grace.used(taken, usageOf({ inputTokens: Number.NaN }));
    expect(grace.left).toBe(850);
  });

  test('output without a limit is what a grant has shown of the model, else the most of any', () => {
    const grace = new Grace({ unit: 'tokens', amount: 300_000 });
    expect(grace.take(request({ output: null }))?.amount).toBe(272_100);
    grace.learn(request({ input: 10, output: null, choices: 2 }), grant(10 + 2 * 4096, undefined));
    expect(grace.take(request({ output: null }))?.amount).toBe(4196);
  });
});

describe('requests', () => {
  test('one each; sent ones stay taken until they have arrived', () => {
    const grace = new Grace({ unit: 'requests', amount: 3 });
    const [first, second] = [grace.take(request()), grace.take(request({ input: 1e9 }))];
    if (!first || !second) throw new Error('not taken');
    grace.released(first, false);
    expect(grace.left).toBe(2);
    const left = grace.released(second, true);
    expect(grace.left).toBe(2);
    grace.arrived(left);
    expect(grace.left).toBe(3);
  });

  test('a call that could not be read takes one; of money or tokens nobody knows how much', () => {
    const grace = new Grace({ unit: 'requests', amount: 1 });
    expect([grace.takeUnread(), grace.takeUnread()]).toEqual([true, false]);
    expect(new Grace(cost(1e15)).takeUnread()).toBe(false);
    expect(new Grace({ unit: 'tokens', amount: 1e15 }).takeUnread()).toBe(false);
  });
});

describe('money', () => {
  test('a model of which nothing is known is as dear as the dearest there is', () => {
    const grace = new Grace(cost(1e12));
    // 100 × $150 and 50 × $600 for a million, and $0.02 for the request itself.
    expect(grace.take(request())?.amount).toBe(100 * 150_000 + 50 * 600_000 + 20_000_000);
  });

  test.each([
    ['the same call', {}, 1000],
    ['twice the input, half the output', { input: 200, output: 25 }, 2000],
    ['three times the output', { output: 150 }, 3000],
    ['half of both', { input: 50, output: 25 }, 500],
    ['no input', { input: 0, output: 50 }, 1000],
  ])('scaled from what a grant held: %s', (_, asked, wanted) => {
    const grace = new Grace(cost(1e12));
    grace.learn(request(), grant(150, 1000));
    expect(grace.take(request(asked))?.amount).toBe(wanted);
  });

  test('never too little, whatever the two prices are', () => {
    for (const [input, output] of [[1, 8] as const, [1, 0] as const, [5, 5] as const]) {
      const priceOf = (asked: { input: number; output: number }) =>
        asked.input * input + asked.output * output;
      for (const asked of [
        { input: 3, output: 900 },
        { input: 7000, output: 1 },
      ]) {
        const grace = new Grace(cost(1e12));
        grace.learn(request(), grant(150, priceOf({ input: 100, output: 50 })));
        expect(grace.take(request(asked))?.amount).toBeGreaterThanOrEqual(priceOf(asked));
      }
    }
  });

  test('a long input may cost the double', () => {
    const grace = new Grace(cost(1e12));
    grace.learn(request({ input: 100_000 }), grant(100_050, 1_000_000));
    expect(grace.take(request({ input: 200_000 }))?.amount).toBe(4_000_000);
  });

  test('other models and tiers have prices of their own', () => {
    const grace = new Grace(cost(1e12));
    grace.learn(request(), grant(150, 1000));
    const dearest = 100 * 150_000 + 50 * 600_000 + 20_000_000;
    expect(grace.take(request({ tier: 'priority' }))?.amount).toBe(dearest);
    expect(grace.take(request({ model: 'other' }))?.amount).toBe(dearest);
  });

  test('a downgrade tells of the model that is sent', () => {
    const grace = new Grace(cost(1e12));
    grace.learn(request(), { ...grant(150, 1000), model: 'small' });
    expect(grace.take(request({ model: 'small' }))?.amount).toBe(1000);
    expect(grace.take(request())?.amount).toBeGreaterThan(1000);
  });

  test('a model that is free stays free', () => {
    const grace = new Grace(cost(1));
    grace.learn(request(), grant(150, 0));
    expect(grace.take(request({ input: 1e9, output: null }))?.amount).toBe(0);
  });

  test('searches cost on top', () => {
    const grace = new Grace(cost(1e12));
    grace.learn(request(), grant(150, 1000));
    expect(grace.take(request({ webSearches: 2 }))?.amount).toBe(100_001_000);
  });

  test('used money is priced in the same way', () => {
    const grace = new Grace(cost(10_000));
    grace.learn(request(), grant(150, 1000));
    const taken = grace.take(request());
    if (!taken) throw new Error('not taken');
    grace.used(taken, usageOf({ inputTokens: 50, outputTokens: 10 }));
    expect(grace.left).toBe(9500);
  });
});

describe('a call that says its own cost', () => {
  const amounts = (costNanoUsd: number) => ({ tool_calls: 1, cost: costNanoUsd });
  const tool = (costNanoUsd?: number) => {
    const { estimate, ...rest } = request({ input: 0, output: 0, model: 'search' });
    return costNanoUsd === undefined
      ? { ...rest, estimate }
      : { ...rest, estimate: { ...estimate, amounts: amounts(costNanoUsd) } };
  };

  test('takes that, and keeps what it says that it used', () => {
    const grace = new Grace(cost(100));
    const taken = grace.take(tool(60));
    if (!taken) throw new Error('not taken');
    expect(grace.left).toBe(40);
    expect(grace.take(tool(41))).toBeUndefined();
    grace.used(taken, usageOf({}), amounts(10));
    expect(grace.left).toBe(90);
  });

  test('keeps all of it where it does not say what it used', () => {
    const grace = new Grace(cost(100));
    const taken = grace.take(tool(60));
    if (taken) grace.used(taken, usageOf({}));
    expect(grace.left).toBe(40);
  });

  test('one that says none, and has no tokens, takes what the last grant held for it', () => {
    const grace = new Grace(cost(100));
    grace.learn(tool(), grant(0, 30));
    grace.take(tool());
    expect(grace.left).toBe(70);
  });
});
