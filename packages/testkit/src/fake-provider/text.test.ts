// Token counts and sample values the fake makes up.
import { describe, expect, it } from 'vitest';
import { sampleOf } from './sample.ts';
import { pieces, promptTokens, words } from './text.ts';

describe('promptTokens', () => {
  it.each([
    { texts: [], tokens: 0 },
    { texts: ['a'], tokens: 1 },
    { texts: ['a sentence of some length'], tokens: 7 + 3 },
    { texts: ['four words in here', 'äöü'], tokens: 5 + 3 + 2 + 3 },
  ])('$texts', ({ texts, tokens }) => {
    expect(promptTokens(texts, 3)).toBe(tokens);
  });

  it('never counts more tokens than bytes', () => {
    expect(promptTokens(['a', 'b', 'c'], 3)).toBe(3);
  });
});

describe('pieces', () => {
  it.each([
    '',
    ' ',
    'one',
    ' two  words\n',
    '{"a":"a long string, really"}',
    '漢字かな交じり文 👩‍🚀',
  ])('put together again give %j', (text) => {
    expect(pieces(text).join('')).toBe(text);
    expect(pieces(text).length).toBeLessThanOrEqual(Buffer.byteLength(text));
  });

  it('of words are the words', () => {
    expect(pieces(words(6).join(''))).toEqual(['The', ' people', ' of', ' this', ' city', ' were']);
  });
});

describe('sampleOf', () => {
  it.each([
    { schema: undefined, value: 'text' },
    { schema: { enum: ['b', 'a'] }, value: 'b' },
    { schema: { const: 7 }, value: 7 },
    { schema: { type: ['string', 'null'] }, value: 'text' },
    { schema: { type: 'integer', minimum: 3 }, value: 3 },
    { schema: { type: 'array', items: { type: 'boolean' }, minItems: 2 }, value: [true, true] },
    { schema: { anyOf: [{ type: 'number' }, { type: 'null' }] }, value: 1 },
    {
      schema: { properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { type: 'null' } } },
      value: { a: null },
    },
  ])('$schema', ({ schema, value }) => {
    expect(sampleOf(schema)).toEqual(value);
  });

  it('ends in a schema that contains itself', () => {
    const list = {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
    };
    const tree = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } } },
    };
    expect(JSON.stringify(sampleOf(list))).toContain('null');
    expect(JSON.stringify(sampleOf(tree))).toContain('[]');
  });

  it('refuses a schema that demands a value without end', () => {
    const endless = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(() => sampleOf(endless)).toThrow(RangeError);
  });
});
