// What a budgets file may say of prices, and what is said of every mistake (one fixture each).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createCatalogue } from '../prices/catalogue.ts';
import { describeConfig } from './describe.ts';
import { loadConfig, parseConfig } from './load.ts';

const MISTAKES: Readonly<Record<string, readonly string[]>> = {
  'above-empty': [
    '2:45: there is no step; write one, such as { inputTokens: 200000, input: $2.50, output: $15 }',
  ],
  'above-misspelt': ['5:15: unknown key `inputToken`; did you mean `inputTokens`?'],
  'above-no-count': ['5:28: `inputTokens` must be a whole number of tokens from 1 up, not "200k"'],
  'above-twice': [
    '7:9: there are prices above this number of input tokens already; keep one of them',
  ],
  'above-without-output': ['5:13: `output` is missing; add it, such as output: $0.60'],
  'alias-and-price': [
    '2:43: `input` has no meaning beside `alias`, which brings the prices of the other model; remove one of them',
  ],
  'alias-glob': ['2:36: "gpt-*" has to be the name of one model, such as gpt-5, without *'],
  'alias-misspelt': ['2:43: unknown key `maxOutputToken`; did you mean `maxOutputTokens`?'],
  'alias-without-model': ['2:5: `model` is missing; add it, such as model: my-deployment'],
  'aliases-are-a-list': [
    '1:10: `aliases` must be names of models, such as { my-deployment: gpt-5 }, not a list',
  ],
  'aliases-of-a-list': ['2:18: `my-deployment` must be text, not a list'],
  'aliases-of-a-number': ['2:18: `my-deployment` must be text, not 5; put it in quotes: "5"'],
  'aliases-of-itself': ['2:10: "gpt-5" stands for itself'],
  'context-window-as-text': [
    '2:53: `contextWindow` must be a whole number of tokens from 1 up, not "1M"',
  ],
  'fee-is-a-list': ['2:47: `request` must be a fee in USD such as $0.01, not a list'],
  'fee-too-high': [
    '2:47: "$1000" is no fee in USD; write it like $0.01, below $1,000 with up to 9 decimals',
  ],
  'tier-auto': [
    '5:14: the tier `auto` has no entry; the prices beside `tiers` are the standard ones',
  ],
  'tier-factor-and-price': [
    '5:36: `input` has no meaning beside `factor`, which is applied to the prices of the entry; remove one of them',
  ],
  'tier-factor-in-percent': ['5:31: "50%" is no factor; write it like 0.5, with up to 6 decimals'],
  'tier-is-a-number': [
    '5:21: `batch` must be { factor: 0.5 } or prices such as { input: $1, output: $4 }, not 0.5',
  ],
  'tier-misspelt': ['5:5: unknown key `tier`; did you mean `tiers`?'],
  'tier-with-a-bad-name': [
    '5:14: "Batch" is no name of a tier; write it as the provider does, such as batch',
  ],
  'tier-without-output': ['5:21: `output` is missing; add it, such as output: $0.60'],
  'tiers-are-a-list': [
    '5:12: `tiers` must be tiers by name, such as { batch: { factor: 0.5 } }, not a list',
  ],
  'unpriced-allow': [
    '1:11: `unpriced` must be deny, { as: gpt-5 } or { input: $10, output: $40 }, not "allow"',
  ],
  'unpriced-as-and-price': ['1:24: unknown key `input`; the keys here are `as`'],
  'unpriced-glob': ['1:17: "gpt-*" has to be the name of one model, such as gpt-5, without *'],
  'unpriced-misspelt': ['1:25: unknown key `ouput`; did you mean `output`?'],
  'unpriced-without-output': ['1:11: `output` is missing; add it, such as output: $40'],
};

const fixtures = fileURLToPath(new URL('../prices/fixtures', import.meta.url));

test.each(Object.entries(MISTAKES))('%s', async (name, lines) => {
  const file = join(fixtures, `${name}.yaml`);
  const error: unknown = await loadConfig(file).catch((thrown: unknown) => thrown);
  expect(error).toHaveProperty('code', 'CONFIG');
  expect((error as Error).message.split('\n')).toEqual(lines.map((line) => `${file}:${line}`));
});

test('every mistake has a fixture and a line in the table above', () => {
  const names = readdirSync(fixtures).map((name) => name.replace('.yaml', ''));
  expect(names.toSorted()).toEqual(Object.keys(MISTAKES).toSorted());
});

test('a file says all there is of prices', () => {
  const config = parseConfig(`
prices:
  - provider: azure*
    model: my-model
    input: $1
    output: '2'
    cacheRead: 0.1
    cacheWrite: $1.25
    cacheWrite1h: $2
    inputAudio: $30
    outputAudio: $60
    request: $0.01
    above:
      - { inputTokens: 200000, input: $2, output: $3 }
    tiers:
      batch: { factor: 0.5 }
      priority: { input: $4, output: $8 }
    maxOutputTokens: 16384
    contextWindow: 400000
  - { model: 'ft:gpt-4.1:acme:*', alias: gpt-4.1, maxOutputTokens: 32768 }
aliases: { my-deployment: gpt-5 }
unpriced: { as: gpt-5 }
`);
  expect(config).toMatchObject({
    prices: [
      {
        provider: 'azure*',
        model: 'my-model',
        input: '$1',
        output: '2',
        cacheRead: 0.1,
        cacheWrite: '$1.25',
        cacheWrite1h: '$2',
        inputAudio: '$30',
        outputAudio: '$60',
        request: '$0.01',
        above: [{ inputTokens: 200_000, input: '$2', output: '$3' }],
        tiers: { batch: { factor: 0.5 }, priority: { input: '$4', output: '$8' } },
        maxOutputTokens: 16_384,
        contextWindow: 400_000,
      },
      { model: 'ft:gpt-4.1:acme:*', alias: 'gpt-4.1', maxOutputTokens: 32_768 },
    ],
    aliases: { 'my-deployment': 'gpt-5' },
    fallback: { as: 'gpt-5' },
  });
  const { prices, aliases, fallback } = config;
  expect(createCatalogue({ overrides: prices, aliases, fallback }).version).toMatch(
    /\+overrides\./,
  );
  expect(describeConfig(config).split('\n')).toEqual([
    expect.stringMatching(
      /^price +azure\*\/my-model +input \$1, .* per 1M tokens; \$0\.01 per call; other prices above 200000; tiers batch, priority +at most 16384 output tokens, context of 400000 tokens$/,
    ),
    expect.stringMatching(/^price +ft:gpt-4\.1:acme:\* +as gpt-4\.1 +at most 32768 output tokens$/),
    expect.stringMatching(/^price +my-deployment +as gpt-5$/),
    expect.stringMatching(/^price +models without one +as gpt-5$/),
  ]);
});

test.each([
  ['deny', undefined],
  ['{ as: gpt-5 }', { as: 'gpt-5' }],
  ['{ input: $10, output: 40 }', { input: '$10', output: 40 }],
])('unpriced: %s', (text, fallback) => {
  expect(parseConfig(`unpriced: ${text}`).fallback).toEqual(fallback);
});
