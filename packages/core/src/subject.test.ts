// Labels: what is allowed, what is named in the error, and how a run counts for its ancestors.
import { describe, expect, it } from 'vitest';
import { checkLabels, labelOf, runAncestors, utf8Length } from './subject.ts';

const refuses = (labels: Record<string, string>, field: RegExp): void => {
  expect(() => checkLabels(labels)).toThrow(field);
};

describe('labels', () => {
  it('takes names of the alphabet and values up to 256 bytes', () => {
    checkLabels({ team: 'search', 'a.b-c_d9': 'ü'.repeat(128), run: 'root/child/leaf' });
  });

  it.each([
    ['an upper-case name', { Team: 'x' }, /labels\.Team/],
    ['a name that is too long', { ['a'.repeat(64)]: 'x' }, /labels\.aaa/],
    ['a computed name', { model: 'gpt-5' }, /labels\.model: is computed/],
    ['an empty value', { team: '' }, /labels\.team: needs a value/],
    ['a value over 256 bytes', { team: '€'.repeat(86) }, /labels\.team: .*256/],
    ['a control character', { team: 'a\nb' }, /control/],
    ['a run of nine levels', { run: '1/2/3/4/5/6/7/8/9' }, /8 levels/],
    ['an empty level of a run', { run: 'a//b' }, /empty/],
  ])('refuses %s', (_what, labels, field) => refuses(labels, field));

  it('refuses more than 32', () => {
    const labels = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`l${i}`, 'x']));
    refuses(labels, /33 labels/);
  });

  it('reads own labels only, and the computed ones', () => {
    const call = { labels: { team: 'a' }, provider: 'openai', model: 'm', operation: 'chat' };
    expect(labelOf(call, 'team')).toBe('a');
    expect(labelOf(call, 'model')).toBe('m');
    expect(labelOf(call, 'constructor')).toBeUndefined();
  });
});

it('counts a run for every ancestor', () => {
  expect(runAncestors('a/b/c')).toEqual(['a', 'a/b', 'a/b/c']);
  expect(runAncestors('a')).toEqual(['a']);
});

it('knows the UTF-8 length of a text', () => {
  for (const text of ['', 'abc', 'äöü', '€', '😀', 'a😀€', '\ud800', 'x\udc00y', '\ud800\ud800']) {
    expect(utf8Length(text)).toBe(Buffer.byteLength(text));
  }
});
