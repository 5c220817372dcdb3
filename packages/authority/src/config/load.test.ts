// Budgets files: what they may say, and what is said of those that cannot be read.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUDGET_DEFAULTS, DEFAULT_LADDER } from '@spendfuse/core';
import { afterAll, describe, expect, test } from 'vitest';
import { NO_ALERT_CONFIG } from './alert-schema.ts';
import { loadConfig, parseConfig } from './load.ts';

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
    alerts: [100%, 50%, 80.5%]
    repeat: 1h
    onShortage: [wait: 10s, { clamp: { minOutputTokens: 256 } }, downgrade: { from: 95%, gpt-5: gpt-5-mini }, deny]
    hold: adaptive
    onExpire: input
    unpriced: fallback
    softBound: deny
    maxScopes: 500
    forgetAfterIdle: 30d
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
            { kind: 'downgrade', from: 0.95, models: { 'gpt-5': 'gpt-5-mini' } },
            { kind: 'deny' },
          ],
          alerts: { thresholds: [0.5, 0.805, 1], repeatMs: 3_600_000 },
          hold: 'adaptive',
          onExpire: 'input',
          unpriced: 'fallback',
          softBound: 'deny',
          maxScopes: 500,
          forgetAfterIdleMs: 30 * 86_400_000,
        },
        {
          ...BUDGET_DEFAULTS,
          id: 'everything',
          limits: [
            {
              unit: 'cost',
              amount: 100_000_000_000,
              window: { kind: 'calendar', period: 'month', zone: 'Europe/Berlin' },
            },
          ],
          onShortage: DEFAULT_LADDER,
        },
      ],
      alerts: NO_ALERT_CONFIG,
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

  test('has amounts by plan', () => {
    const { budgets } = parseConfig(`
budgets:
  id: plans
  limits:
    - { amount: { by: plan, free: $1, pro: $20, default: $0 }, window: month }
    - { amount: 3 concurrent }
    - { amount: { by: plan, pro: 50 tool_calls, default: 5 tool_calls }, window: rolling 90s }
`);
    expect(budgets[0]?.limits).toEqual([
      {
        unit: 'cost',
        amount: { by: 'plan', values: { free: 1e9, pro: 20e9 }, default: 0 },
        window: { kind: 'calendar', period: 'month', zone: 'UTC' },
      },
      { unit: 'concurrency', amount: 3, window: { kind: 'lifetime' } },
      {
        unit: 'tool_calls',
        amount: { by: 'plan', values: { pro: 50 }, default: 5 },
        window: { kind: 'rolling', lengthMs: 90_000 },
      },
    ]);
  });

  test.each([
    ['2026-01-31', 'UTC', '2026-01-31T00:00:00Z'],
    ['2026-01-31', 'Europe/Berlin', '2026-01-30T23:00:00Z'],
    ['2026-07-31T09:30', 'Europe/Berlin', '2026-07-31T07:30:00Z'],
    ['2026-07-31T09:30Z', 'Europe/Berlin', '2026-07-31T09:30:00Z'],
    ['2026-07-31 09:30:15-05:00', 'Europe/Berlin', '2026-07-31T14:30:15Z'],
  ])('begins fixed windows at %s in %s', (anchor, zone, instant) => {
    const text = `{ zone: ${zone}, budgets: { id: a, limits: $50/30d, anchor: '${anchor}' } }`;
    const { window } = parseConfig(text).budgets[0]?.limits[0] ?? {};
    const lengthMs = 30 * 86_400_000;
    expect(window).toEqual({ kind: 'fixed', lengthMs, anchorMs: Date.parse(instant) });
  });

  test.each([
    ['', 'deny'],
    ['unpriced: deny', 'deny'],
    ['unpriced: { as: gpt-5 }', 'fallback'],
  ])('prices unknown models by the fallback, if it has one: %s', (line, expected) => {
    const { budgets } = parseConfig(`
budgets:
  - { id: a, limits: $5/day }
  - { id: b, limits: $5/day, unpriced: deny }
${line}
`);
    expect(budgets.map(({ unpriced }) => unpriced)).toEqual([expected, 'deny']);
  });

  test('may hold prices only', () => {
    const config = parseConfig('prices: { model: my-*, input: 1, output: 2 }');
    expect(config.budgets).toEqual([]);
    expect(config.prices).toEqual([{ model: 'my-*', input: 1, output: 2 }]);
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
