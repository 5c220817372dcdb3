// Counts equal those of another implementation of the same vocabularies, wherever the text is cut.
import { createTokenCounter } from '@spendfuse/guard';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';

const TEXTS = process.env['SPENDFUSE_TEST_LONG'] ? 50_000 : 1_000;

/** What patterns and windows could stumble over. */
const ATOMS = [
  "a|the|ing|A|BC|Hello|'|'s|'LL|’|_|é|e\u0301|\u0301|中|文字|。|，|ß|ǅ|ʰ|ſ|İ|א|ب|한|हि|ा",
  ' |  |\n|\r\n|\t|\u00a0|\u3000|\u2028|1|23|4567|٣|Ⅷ|²|.|,|()|/|//|---|"|{|}:',
  '🌊|👩‍👧|\u200d|\ud800|\udc00',
].flatMap((atoms) => atoms.split('|'));

/** Longer runs are cut, on purpose. */
const LONG_RUN = /[\p{L}\p{M}]{150}|\s{150}|[^\s\p{L}\p{N}]{150}/u;

test.each([
  ['gpt-4o', countO200k],
  ['gpt-4', countCl100k],
] as const)('random texts, for %s', async (model, expected) => {
  const counter = createTokenCounter();
  let seed = 20_261_122;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  for (let i = 0; i < TEXTS; i++) {
    // Of few atoms each, so that runs and oddities come up.
    const atoms = Array.from({ length: 1 + Math.floor(random() * 8) }, () => pick(ATOMS));
    if (random() < 0.7) atoms.push(' ');
    const length = 1 + random() * random() * 2_500;
    let text = '';
    while (text.length < length) text += pick(atoms);
    if (LONG_RUN.test(text)) continue;
    const exact = expected(text, { disallowedSpecial: new Set() });
    expect(await counter.count({ model, texts: [text] }), JSON.stringify(atoms)).toBe(exact);
  }
});
