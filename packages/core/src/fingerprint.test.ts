// Fingerprints: the same for the same content, however it is handed over, and for as long as ids are remembered.
import { expect, it, test } from 'vitest';
import { Fingerprint } from './fingerprint.ts';

const of = (text: string): number => new Fingerprint().text(text).value();

// They stand in journals: another number would make a reuse of every repeat that comes after an update.
test.each([
  ['', 3338908027751811],
  ['abc', 5059922895146125],
  ['openai|gpt-5|900|true|1000|1', 5236627557132685],
])('of %j it is what it has always been', (text, print) => {
  expect(of(text)).toBe(print);
});

it('is of the whole, not of its parts', () => {
  expect(new Fingerprint().text('a').text('').text('bc').value()).toBe(of('abc'));
  expect(of('ab')).not.toBe(of('ba'));
});

test.each([0, 7, 10, 99, 100, 2 ** 31, 1e15, 999_999_999_999_999, Number.MAX_SAFE_INTEGER])(
  'of the number %d it is that of its text',
  (value) => {
    expect(new Fingerprint().text('|').number(value).value()).toBe(of(`|${value}`));
  },
);

test.each([undefined, -1, 0.5, 1e22, Number.NaN])('of %s too, which is no amount', (value) => {
  expect(new Fingerprint().number(value).value()).toBe(of(String(value)));
});
