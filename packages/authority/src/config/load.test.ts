// Budgets files: what they may say, and what is said of every mistake (one fixture each).
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LADDER, SpendfuseError } from '@spendfuse/core';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from './load.ts';

const MISTAKES: Readonly<Record<string, readonly string[]>> = {
  'alias-bomb': ['1:1: the file has aliases that multiply beyond 100; write the values out'],
  'bad-and-repeated': [
    '3:22: "$5/dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20',
  ],
  'bad-id': [
    '2:9: "Team Daily" is no id of a budget; an id is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-label-in-match': [
    '3:14: "Team" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-label-in-per': [
    '3:17: "Cost Center" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'bad-mode': [
    '4:11: `mode` must be one of enforce, shadow, not "enforced"; did you mean enforce?',
  ],
  'bad-on-expire': ['4:15: `onExpire` must be one of charge, input, release, not "nothing"'],
  'bad-zone-of-a-budget': [
    '3:11: "Atlantis" is no IANA time zone; write it like Europe/Berlin or UTC',
  ],
  'bad-zone': ['1:7: "Europe/Berln" is no IANA time zone; did you mean "Europe/Berlin"?'],
  'budgets-not-a-list': ['1:10: an item of `budgets` must be a mapping, not "daily"'],
  circular: [
    '3:22: an item of `limits` must be text, not a list',
    '4:17: `mode` must be one of enforce, shadow, not a list',
    '5:25: this is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } } and deny',
    '5:33: this is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } } and deny',
    '5:33: `,` is on the ladder twice; keep one of them',
  ],
  'clamp-misspelt': ['5:18: unknown key `minOutputToken`; did you mean `minOutputTokens`?'],
  'clamp-of-nothing': ['4:46: `minOutputTokens` must be a whole number of tokens from 1 up, not 0'],
  'deny-not-last': ['4:18: what comes after `deny` is never reached; make it the last rung'],
  'duplicate-id': ['4:5: there is a budget "daily" already; give this one another id'],
  'duplicate-key-and-more': [
    '4:5: key `id` is given twice; keep one of them',
    '5:11: `mode` must be one of enforce, shadow, not "off"',
  ],
  'duplicate-key': ['4:5: key `limits` is given twice; keep one of them'],
  'empty-limits': ['3:13: a budget needs at least one limit, such as $5/day'],
  empty: ['1:1: the file is empty; begin with budgets: [{ id: team-daily, limits: [$5/day] }]'],
  'everything-wrong': [
    '1:7: "Mars" is no IANA time zone; write it like Europe/Berlin or UTC',
    '3:9: "Daily" is no id of a budget; an id is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
    '4:28: "Model" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
    '5:17: label "user" is given twice; keep one of them',
    '6:14: "$5/dy": unknown window "dy"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20',
    '6:21: 5 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
    '7:11: `mode` must be one of enforce, shadow, not "off"',
    '8:18: what comes after `deny` is never reached; make it the last rung',
    '8:32: "x" is no duration; write it like 90s, 10m or 2h',
    '9:5: unknown key `onexpire`; did you mean `onExpire`?',
    '11:5: `output` is missing; add it, such as output: $0.60',
    '11:14: an empty pattern matches nothing; write * for anything',
    '11:25: "free" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'id-is-a-number': ['2:9: `id` must be text, not 42; put it in quotes: "42"'],
  'key-is-a-list': ['1:3: a key must be text'],
  'label-twice-in-per': ['3:23: label "user" is given twice; keep one of them'],
  'ladder-empty': ['4:17: the ladder has no rung; write [deny] to refuse at once'],
  'limit-below-a-nano-dollar': [
    '3:14: "$0.0000000001" is no amount of USD; write it like $5 or $0.25',
  ],
  'limit-in-powers-of-ten': [
    '3:14: 1000 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
  ],
  'limit-negative': ['3:14: "$-5" is no amount of USD; write it like $5 or $0.25'],
  'limit-that-is-none': [
    '3:14: "five dollars/day" is no limit; write it like $5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20',
  ],
  'limit-too-large': ['3:14: "$10000000" is above 9,007,199 USD'],
  'limit-with-a-comma': [
    '3:17: "000/day" is no limit; write it like $5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20',
  ],
  'limit-with-an-unknown-window': [
    '3:14: "100k tokens/fortnight": unknown window "fortnight"; forms: $5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20',
  ],
  'limit-without-a-unit': [
    '3:14: 5 is no limit: it has no unit; write it like $5/day or 100k tokens/minute',
  ],
  'limits-of-the-same-window': [
    '3:52: "200 tokens/rolling 60s": there is a limit of this unit and window already; keep one',
  ],
  'limits-without-a-value': ['3:12: a budget needs at least one limit, such as $5/day'],
  'match-is-text': [
    '3:12: `match` must be labels with patterns, such as { team: search }, not "search"',
  ],
  'match-only-a-negation-sign': ['3:21: an empty pattern matches nothing; write * for anything'],
  'match-value-is-a-number': [
    '4:15: an item of `tenant` must be text, not 42; put it in quotes: "42"',
  ],
  'match-without-patterns': ['3:20: `team` needs a pattern to match, such as gpt-*'],
  'missing-id': ['2:5: `id` is missing; add it, such as id: team-daily'],
  'missing-limits': ['2:5: `limits` is missing; add it, such as limits: [$5/day]'],
  'misspelt-key': ['3:5: unknown key `limts`; did you mean `limits`?'],
  'misspelt-top-key': ['1:1: unknown key `budget`; did you mean `budgets`?'],
  'no-budgets': ['1:10: there is no budget; add one, such as { id: team-daily, limits: [$5/day] }'],
  'not-a-mapping': ['1:1: the file must be a mapping, not a list'],
  'only-comments': [
    '1:1: the file is empty; begin with budgets: [{ id: team-daily, limits: [$5/day] }]',
  ],
  'pattern-read-as-a-tag': [
    "3:29: YAML reads a leading ! as a tag; put the text in quotes: '!gpt-4*'",
  ],
  'pattern-read-as-an-alias': [
    "4:14: YAML reads a leading * as an alias; put the text in quotes: '*mini'",
  ],
  'price-is-a-list': [
    '2:31: `input` must be a price in USD per million tokens such as $0.15, not a list',
  ],
  'price-misspelt': ['2:37: unknown key `ouput`; did you mean `output`?'],
  'price-negative': [
    '2:31: "-0.15" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'price-too-fine': [
    '2:31: "$0.0000001" is no price in USD per million tokens; write it like $0.15, with up to 6 decimals',
  ],
  'price-with-fractional-tokens': [
    '2:62: `maxOutputTokens` must be a whole number of tokens from 1 up, not 1.5',
  ],
  'price-without-output': ['2:5: `output` is missing; add it, such as output: $0.60'],
  'proto-key': [
    '3:14: "__proto__" is no name of a label; a name is a lower-case letter, then up to 62 of a-z 0-9 _ . -',
  ],
  'rung-misspelt': ['5:9: unknown key `clmp`; did you mean `clamp`?'],
  'rung-twice': ['4:33: `wait` is on the ladder twice; keep one of them'],
  'rung-unknown': [
    '4:18: "retry" is no rung of the ladder; the rungs are { wait: 10s }, { clamp: { minOutputTokens: 256 } } and deny',
  ],
  'star-read-as-an-alias': [
    "4:14: YAML reads a leading * as an alias; put the text in quotes: '*'",
  ],
  tab: ['2:2: YAML is indented by spaces, not by tabs'],
  'two-documents': [
    '3:1: a second YAML document starts here; a budgets file is one: remove the ---',
  ],
  'unclosed-list': [
    '4:5: this is no valid YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  'unknown-key': [
    '3:5: unknown key `amount`; the keys here are `id`, `match`, `per`, `limits`, `zone`, `mode`, `onShortage`, `onExpire`',
  ],
  'wait-is-a-number': ['4:26: `wait` must be a duration such as 10s, not 10'],
  'wait-is-no-duration': ['4:26: "a while" is no duration; write it like 90s, 10m or 2h'],
  'wait-too-long': ['4:26: "2h": a call waits at most 1h'],
  'zone-without-a-value': ['1:6: `zone` has no value; it must be text'],
};

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

describe('a mistake in a budgets file', () => {
  test.each(Object.entries(MISTAKES))('%s', async (name, lines) => {
    const file = join(fixtures, `${name}.yaml`);
    const error: unknown = await loadConfig(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SpendfuseError);
    expect(error).toHaveProperty('code', 'CONFIG');
    expect((error as Error).message.split('\n')).toEqual(lines.map((line) => `${file}:${line}`));
  });

  test('has a fixture and a line in the table above', () => {
    const names = readdirSync(fixtures).map((name) => name.replace('.yaml', ''));
    expect(names.toSorted()).toEqual(Object.keys(MISTAKES).toSorted());
  });
});

describe('a budgets file', () => {
  test('says all there is', () => {
    const config = parseConfig(`
zone: Europe/Berlin
budgets:
  - id: team-daily
    match: { team: search, model: [gpt-*, '!gpt-4*'] }
    per: [user, model]
    limits: [$5/day, 100k tokens/minute]
    zone: America/New_York
    mode: shadow
    onShortage: [wait: 10s, { clamp: { minOutputTokens: 256 } }, deny]
    onExpire: input
  - id: everything
    limits: $100/month
prices:
  - { model: my-local-*, input: 0, output: 0 }
  - provider: azure
    model: gpt-4o
    input: $2.75
    output: '11'
    cacheRead: 1.375
    maxOutputTokens: 16384
`);
    expect(config).toEqual({
      budgets: [
        {
          id: 'team-daily',
          match: { team: ['search'], model: ['gpt-*', '!gpt-4*'] },
          per: ['user', 'model'],
          limits: [
            {
              unit: 'cost',
              amount: 5_000_000_000,
              window: { kind: 'calendar', period: 'day', zone: 'America/New_York' },
            },
            { unit: 'tokens', amount: 100_000, window: { kind: 'rolling', lengthMs: 60_000 } },
          ],
          mode: 'shadow',
          onShortage: [
            { kind: 'wait', maxWaitMs: 10_000 },
            { kind: 'clamp', minOutputTokens: 256 },
            { kind: 'deny' },
          ],
          onExpire: 'input',
        },
        {
          id: 'everything',
          match: {},
          per: [],
          limits: [
            {
              unit: 'cost',
              amount: 100_000_000_000,
              window: { kind: 'calendar', period: 'month', zone: 'Europe/Berlin' },
            },
          ],
          mode: 'enforce',
          onShortage: DEFAULT_LADDER,
          onExpire: 'charge',
        },
      ],
      prices: [
        { model: 'my-local-*', input: 0, output: 0 },
        {
          provider: 'azure',
          model: 'gpt-4o',
          input: '$2.75',
          output: '11',
          cacheRead: 1.375,
          maxOutputTokens: 16_384,
        },
      ],
    });
  });

  test('may repeat things by anchors', () => {
    const text = `
budgets:
  - { id: a, match: &search { team: search }, limits: [$1/day] }
  - { id: b, match: *search, limits: [$5/month] }
`;
    expect(parseConfig(text).budgets[1]?.match).toEqual({ team: ['search'] });
  });

  test('is in UTC unless it says otherwise', () => {
    const { budgets } = parseConfig('budgets: { id: a, limits: $5/day }');
    expect(budgets[0]?.limits[0]?.window).toHaveProperty('zone', 'UTC');
  });

  test('may hold prices only', () => {
    const config = parseConfig('prices: { model: my-*, input: 1, output: 2 }');
    expect(config).toEqual({ budgets: [], prices: [{ model: 'my-*', input: 1, output: 2 }] });
  });

  test('is called budgets.yaml in errors, unless its name is given', () => {
    expect(() => parseConfig('budgets: 1')).toThrowError(/^budgets\.yaml:1:10: /);
    expect(() => parseConfig('budgets: 1', { file: 'b.yml' })).toThrowError(/^b\.yml:1:10: /);
  });

  test('counts columns from 1, and lines whatever ends them', () => {
    const text = 'budgets:\r\n  - id: a\r\n    limits: 5\r\n';
    expect(() => parseConfig(text)).toThrowError(/^budgets\.yaml:3:13: 5 is no limit/);
  });
});

describe('a text made to do harm', () => {
  test.each([
    ['nested lists', '['.repeat(5000) + ']'.repeat(5000), 'the file is nested too deeply'],
    ['nested mappings', '{a: '.repeat(3000) + '}'.repeat(3000), 'the file is nested too deeply'],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(1000)}]`, 'more than 100 aliases'],
    ['a large text', '#'.repeat(1024 * 1024 + 1), 'is larger than 1 MiB'],
  ])('%s: one line', (_, text, message) => {
    const line = new RegExp(`^budgets\\.yaml:.*${message}[^\n]*$`);
    expect(() => parseConfig(text)).toThrowError(line);
  });

  test('a thousand mistakes: the first hundred', () => {
    const text = `budgets: [${'x,'.repeat(1000)}]`;
    const error = catchError(() => parseConfig(text));
    expect(error.message.split('\n')).toHaveLength(101);
    expect(error.message).toMatch(/\nand 900 mistakes more$/);
  });
});

describe('a file that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spendfuse config '));
  afterAll(() => rmSync(folder, { recursive: true }));
  const large = join(folder, 'large.yaml');
  const latin = join(folder, 'latin.yaml');
  writeFileSync(large, '#'.repeat(1024 * 1024 + 1));
  writeFileSync(latin, Buffer.from('budgets: [{ id: caf\xe9 }]', 'latin1'));

  test.each([
    [join(folder, 'none.yaml'), 'there is no such file'],
    [folder, 'is a folder, not a file'],
    [large, 'is larger than 1 MiB; is it a budgets file?'],
    [latin, 'is no UTF-8 text; save it as UTF-8'],
    ['/dev/zero', 'is larger than 1 MiB; is it a budgets file?'],
  ])('%s', async (file, message) => {
    const expected = { code: 'CONFIG', message: `${file}: ${message}` };
    await expect(loadConfig(file)).rejects.toMatchObject(expected);
  });

  test('a byte order mark is no part of the text', async () => {
    const file = join(folder, 'bom.yaml');
    writeFileSync(file, '\uFEFFbudgets: [{ id: a, limits: $5/day }]');
    expect((await loadConfig(file)).budgets).toHaveLength(1);
  });
});

function catchError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
