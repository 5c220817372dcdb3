// Of a long JSON text everything is kept that may tell what a call has cost, wherever it is cut.
import { describe, expect, test } from 'vitest';
import { JsonSkimmer } from './skim.ts';

function skim(text: string, size = text.length): unknown {
  const bytes = new TextEncoder().encode(text);
  const skimmer = new JsonSkimmer();
  for (let at = 0; at < bytes.length; at += size) skimmer.push(bytes.subarray(at, at + size));
  const skeleton = skimmer.end();
  return skeleton === undefined ? undefined : JSON.parse(skeleton);
}

const usage = { prompt_tokens: 3, details: { cached: 0 }, rate: -1.5e-3, ok: true, no: null };

test.each([1, 2, 3, 5, 7, 1000])('short texts come out as they are, in pieces of %i', (size) => {
  const value = {
    a: [{ text: 'é"\\/\n\u0001😀 {[,:' }, 'x', [], {}, true, null],
    usage,
    '': { ' ': [[['deep']]] },
  };
  expect(skim(JSON.stringify(value), size)).toEqual(value);
  expect(skim(JSON.stringify(value, null, 2), size)).toEqual(value);
});

test('long strings are cut, never inside a character reference', () => {
  for (const unit of ['A', 'é', '\\n', '\\u00e9', '\\\\', '\\"', '\\ud83d\\ude00']) {
    for (let pad = 0; pad < 8; pad++) {
      const text = `{"s":"${'x'.repeat(pad)}${unit.repeat(3000)}","usage":{"n":1}}`;
      for (const size of [1, 4, 1021, text.length]) {
        const value = skim(text, size) as { readonly s: string };
        expect(value).toMatchObject({ usage: { n: 1 } });
        expect(value.s.length).toBeLessThan(1100);
      }
    }
  }
});

test('numbers in lists are left out, those in objects stay', () => {
  const data = [{ embedding: [0.5, -1, 2e9], index: 4 }, 1, 'a', [1, [2, 'b'], 3]];
  expect(skim(JSON.stringify({ data, usage }))).toEqual({
    data: [{ embedding: [], index: 4 }, 'a', [['b']]],
    usage,
  });
});

test('of a long list the beginning and the end are kept', () => {
  const list = Array.from({ length: 5000 }, (_, i) => ({ i, usage: i === 4999 ? usage : null }));
  const kept = skim(JSON.stringify(list), 100) as readonly { readonly i: number }[];
  expect(kept).toHaveLength(128);
  expect(kept.slice(0, 3).map(({ i }) => i)).toEqual([0, 1, 2]);
  expect(kept.at(-1)).toEqual(list.at(-1));
});

describe('what is no JSON', () => {
  test.each(['{"a":1 2}', '{"a":1', '{"a" "b"}', '[1}', 'text', '{"a":tru\u0065', ']', ''])(
    '%s does not become any',
    (text) => {
      const skimmer = new JsonSkimmer();
      skimmer.push(new TextEncoder().encode(text));
      const skeleton = skimmer.end();
      expect(() => JSON.parse(skeleton ?? '') as unknown).toThrow();
    },
  );
});

test('what has no end of depth or keys is given up', () => {
  expect(skim('['.repeat(100_000))).toBeUndefined();
  const keys = Array.from({ length: 200_000 }, (_, i) => `"key${i}":1`).join(',');
  expect(skim(`{${keys}}`)).toBeUndefined();
});
