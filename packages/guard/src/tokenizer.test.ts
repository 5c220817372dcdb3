// Counts equal those of js-tiktoken's own encoder, whatever the text and wherever it is cut.
import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, test } from 'vitest';
import { encodingOf, loadTokenizer } from './tokenizer.ts';

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
  contractions: "Don't! It'LL be theirs'".repeat(60),
  digits: '1234567890'.repeat(150),
  'lone surrogates': 'a \ud800b \udc00c\udc00 '.repeat(100),
  'words without spaces': 'HelloWorldFOOBar'.repeat(100),
  'lines without words': '---\t\t.\r\n,\n\n  }'.repeat(100),
};

describe.each([
  ['o200k_base', o200k],
  ['cl100k_base', cl100k],
] as const)('%s', async (encoding, ranks) => {
  const count = await loadTokenizer(encoding);
  const reference = new Tiktoken(ranks);

  test.each(Object.entries(texts))('%s', (_, text) => {
    expect(count(text)).toBe(reference.encode(text, [], []).length);
  });

  test('the same text, begun anywhere', () => {
    const text = `${Object.values(texts)
      .map((one) => one.slice(0, 90))
      .join('')}`;
    for (let at = 0; at < text.length; at += 1 + (at % 7)) {
      const rest = text.slice(at);
      expect(count(rest)).toBe(reference.encode(rest, [], []).length);
    }
  });

  test.each(['a', ' ', '\n', '界', 'xq', '🌊', '='])('a long run of %j takes few more', (run) => {
    const text = run.repeat(1_000);
    const exact = reference.encode(text, [], []).length;
    expect(count(text)).toBeGreaterThanOrEqual(exact);
    // Cut every 512 UTF-16 units, each cut may divide a token.
    expect(count(text)).toBeLessThanOrEqual(exact + Math.ceil(text.length / 512));
  });
});

test.each([
  ['gpt-4o-mini', 'o200k_base'],
  ['gpt-5', 'o200k_base'],
  ['o3', 'o200k_base'],
  ['llama-4', 'o200k_base'],
  ['gpt-4.1', 'o200k_base'],
  ['gpt-4-turbo', 'cl100k_base'],
  ['ft:gpt-3.5-turbo:acme', 'cl100k_base'],
  ['text-embedding-3-small', 'cl100k_base'],
])('%s has the vocabulary %s', (model, encoding) => {
  expect(encodingOf(model)).toBe(encoding);
});
