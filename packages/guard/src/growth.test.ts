// When a stream asks for more to be held, for how much, and when it must stop.
import type { Denied } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { Growth, type GrowthOptions } from './growth.ts';

const denied: Denied = { kind: 'denied', reason: 'EXHAUSTED', refusals: [], waitedMs: 0 };

/** A letter is a token here. */
function growth(options: Partial<GrowthOptions>) {
  const asked: number[] = [];
  const { extend = async (tokens: number) => tokens } = options;
  const made = new Growth({
    heldTokens: 100,
    mostTokens: Infinity,
    count: async (text) => text.length,
    countExactly: async (text) => text.length,
    waitMs: 1000,
    ...options,
    extend: (tokens) => {
      asked.push(tokens);
      return extend(tokens);
    },
  });
  /** Reads so many tokens, one after the other; how many it could. */
  const read = async (tokens: number, atOnce = 1): Promise<number> => {
    for (let i = 0; i < tokens; i += atOnce) {
      if (await made.check()) return i;
      made.take('x'.repeat(atOnce));
    }
    return tokens;
  };
  return { made, asked, read };
}

test('nothing is asked, or even counted, far below what is held', async () => {
  const { asked, read } = growth({ count: () => expect.unreachable() });
  expect(await read(74)).toBe(74);
  expect(asked).toEqual([]);
});

test('more is asked for in steps, well before what is held is used', async () => {
  const { asked, read } = growth({});
  expect(await read(1000)).toBe(1000);
  expect(asked).toEqual([356, 612, 918, 1377]);
});

test('nothing above what the output can become', async () => {
  const { asked, read } = growth({ mostTokens: 300 });
  expect(await read(300)).toBe(300);
  expect(asked).toEqual([300]);
});

test('nothing more once less is held than was asked for: that is the worst case', async () => {
  const { asked, read } = growth({ extend: async () => 250 });
  expect(await read(2000)).toBe(2000);
  expect(asked).toEqual([356]);
});

describe('where it is refused', () => {
  test('smaller steps are asked for, and all that is held is used', async () => {
    const { asked, read } = growth({ extend: async () => denied });
    expect(await read(1000)).toBe(100);
    expect(asked.slice(0, 3)).toEqual([356, 164, 116]);
    // Once more when it is used up, and not with every token until then.
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThanOrEqual(9);
  });

  test.each([[1], [7], [40]])('what is held is not passed, %i at once', async (atOnce) => {
    const { read } = growth({ extend: async () => denied });
    const tokens = await read(1000, atOnce);
    expect(tokens).toBeLessThanOrEqual(100);
    expect(tokens).toBeGreaterThan(100 - 2 * atOnce);
  });

  test('what there is is taken', async () => {
    const { read } = growth({ extend: async (tokens) => (tokens > 150 ? denied : tokens) });
    const read150 = await read(1000);
    expect(read150).toBeGreaterThan(130);
    expect(read150).toBeLessThanOrEqual(150);
  });

  test('no guess ends it: only a count does', async () => {
    // 400 bytes of which nobody can tell how many tokens they are, until it is worth the while.
    const { made } = growth({
      count: () => undefined,
      countExactly: async (text) => text.length / 8,
      extend: async () => denied,
    });
    made.take('x'.repeat(390));
    expect(await made.check()).toBeUndefined();
    made.take('x'.repeat(420));
    expect(await made.check()).toBe(denied);
  });
});

test('where nobody answers, it goes on', async () => {
  const { read, asked } = growth({ extend: () => Promise.reject(new Error('away')) });
  expect(await read(1000)).toBe(1000);
  expect(asked.length).toBeGreaterThan(1);
});

test('an answer is waited for once, and a late denial ends the stream all the same', async () => {
  let deny: ((late: Denied) => void) | undefined;
  const late = new Promise<Denied>((resolve) => (deny = resolve));
  const { asked, read } = growth({ waitMs: 5, extend: () => late });
  expect(await read(500)).toBe(500);
  expect(asked).toEqual([356]);
  deny?.(denied);
  expect(await read(500)).toBeLessThan(2);
});
