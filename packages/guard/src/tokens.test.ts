// Counts equal the tokenizer's own, never hold the event loop for long, and are remembered.
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTokenCounter, type TokenCounter } from './tokens.ts';

let counter: TokenCounter;
let reference: Tiktoken;
const count = (text: string, model = 'gpt-4o'): Promise<number> =>
  counter.count({ model, texts: [text] });

beforeAll(() => {
  counter = createTokenCounter();
  reference = new Tiktoken(o200k);
});

describe('natural text is counted exactly', () => {
  const texts = {
    empty: '',
    prose: 'The quick brown fox, it seems, jumps over 1,234 lazy dogs. '.repeat(60),
    code: 'function add(a, b) {\n    return a + b; // sums\n}\n\n\n\tif (x) {\r\n  y();\n}\n'.repeat(
      40,
    ),
    german: 'Übergrößenträger schätzen Fußgängerübergänge sehr.\n'.repeat(40),
    chinese: '今天天气很好，我们去公园散步。你想一起去吗？'.repeat(40),
    emoji: 'Well done 👩‍👩‍👧‍👦🎉! '.repeat(60),
    special: 'a <|endoftext|> in a text is text <|im_start|>'.repeat(20),
    json: JSON.stringify({ a: [1, 2, { b: 'c\n' }], long_name: null }).repeat(30),
  };
  test.each(Object.entries(texts))('%s', async (_, text) => {
    expect(await count(text)).toBe(reference.encode(text, [], []).length);
  });
});

test('runs without a break are cut: the count is an upper bound and the loop goes on', async () => {
  for (const run of ['a', ' ', '\n', '界', 'xq', '🌊', '=']) {
    const text = run.repeat(400);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const counted = await count(text.repeat(10));
    clearInterval(ticking);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(new TextEncoder().encode(text).length * 10);
    expect(await count(text)).toBeGreaterThanOrEqual(reference.encode(text, [], []).length);
  }
});

test('nothing is loaded for a count that is only wanted if it is at hand', async () => {
  const fresh = createTokenCounter();
  const query = { model: 'gpt-4o', texts: ['hello'] };
  expect(fresh.countIfLoaded(query)).toBeUndefined();
  await fresh.count(query);
  expect(await fresh.countIfLoaded(query)).toBe(1);
});

test('texts are added up, and a text already counted is remembered', async () => {
  const long = 'A history that is sent again every turn. '.repeat(500);
  const once = await count(long);
  expect(await counter.count({ model: 'gpt-4o', texts: [long, long] })).toBe(2 * once);
});

test('models of other families get more, for their vocabulary is not known', async () => {
  expect(await count('hello there', 'llama-4')).toBeGreaterThan(await count('hello there'));
});

test.each([
  ['claude-sonnet-4-6', 1.5],
  ['claude-haiku-4-5-20251001', 1.5],
  ['claude-3-opus-20240229', 1.5],
  ['claude-opus-4-7', 2],
  ['anthropic/claude-opus-4-8', 2],
  ['claude-sonnet-5', 2],
])(
  '%s gets %d times as many, as its vocabulary is an older or a newer one',
  async (model, factor) => {
    const text = 'The sea is calm today. '.repeat(20);
    expect(await count(text, model)).toBe(Math.ceil((await count(text)) * factor));
  },
);
