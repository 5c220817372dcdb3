// Whose tokens are counted exactly, and how many more others are taken for.
import { expect, test } from 'vitest';
import { type Counted, tokensOf } from './tokens-families.ts';

test.each([
  ['gpt-5', 1, 0],
  ['ft:gpt-4o-mini:acme', 1, 0],
  ['o3', 1, 0],
  ['claude-3-opus-20240229', 1.5, 0.75],
  ['claude-haiku-4-5-20251001', 1.5, 0.75],
  ['claude-sonnet-4-6', 1.5, 0.75],
  ['claude-opus-4-7', 2, 0.75],
  ['anthropic/claude-opus-4-8', 2, 0.75],
  ['claude-sonnet-5', 2, 0.75],
  ['models/gemini-2.5-flash', 1.75, 0],
  ['llama-4', 1.75, 0.75],
  ['', 1.75, 0.75],
])('%s: %d for each of a token, %d for each of a wide byte', (model, perToken, perWideByte) => {
  expect(tokensOf(model, { tokens: 100, wideBytes: 0 })).toBe(100 * perToken);
  expect(tokensOf(model, { tokens: 0, wideBytes: 100 })).toBe(100 * perWideByte);
});

/**
 * Texts whose tokens were counted once by what is named at the top of tokens-families.ts, as the
 * vocabularies themselves are too large to be here: [Claude before 4.7, Claude since, Gemini].
 */
test.each<readonly [string, Counted, readonly [number, number, number]]>([
  ['English', { tokens: 321, wideBytes: 0 }, [360, 502, 336]],
  ['German', { tokens: 367, wideBytes: 18 }, [498, 682, 390]],
  ['Russian', { tokens: 407, wideBytes: 832 }, [595, 652, 432]],
  ['Chinese', { tokens: 342, wideBytes: 408 }, [455, 519, 341]],
  ['Hindi', { tokens: 426, wideBytes: 1276 }, [787, 848, 476]],
  ['Kannada', { tokens: 460, wideBytes: 1454 }, [1731, 1793, 745]],
  ['Georgian', { tokens: 505, wideBytes: 1578 }, [862, 914, 814]],
  ['TypeScript', { tokens: 17532, wideBytes: 6 }, [20703, 26575, 20908]],
  ['JSON', { tokens: 10613, wideBytes: 0 }, [12694, 17045, 12894]],
  ['numbers', { tokens: 11858, wideBytes: 0 }, [11859, 11859, 20441]],
  ['base64', { tokens: 5470, wideBytes: 0 }, [6967, 7607, 5406]],
])('%s is not above the bound', (_, counted, [older, newer, gemini]) => {
  expect(tokensOf('claude-sonnet-4-6', counted)).toBeGreaterThanOrEqual(older);
  expect(tokensOf('claude-opus-4-7', counted)).toBeGreaterThanOrEqual(newer);
  expect(tokensOf('gemini-2.5-pro', counted)).toBeGreaterThanOrEqual(gemini);
});
