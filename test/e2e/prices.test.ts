// `spendfuse prices` as users meet it: the real command, and a real server that has newer prices.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { BUILT_IN_PRICES } from '@spendfuse/authority';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectMistake, openCommandLine } from '../support/command-line.ts';
import { newForEach } from '../support/started.ts';

const folder = newForEach(openCommandLine);
const prices: typeof folder.run = (args, env) => folder.run(['prices', ...args], env);

async function json(args: readonly string[]) {
  const { code, stdout, stderr } = await prices([...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, never>;
}

const BUDGETS = `
prices:
  - { model: gpt-4o, input: $2, output: $10, tiers: { batch: { factor: 0.25 } } }
  - { model: 'local-*', input: 0, output: 0, contextWindow: 32000 }
aliases: { my-deployment: gpt-5 }
unpriced: { input: $10, output: $40 }
`;

const budgets = (): Promise<string> => folder.write('budgets.yaml', BUDGETS);

const VERSION = BUILT_IN_PRICES.version.replaceAll('.', String.raw`\.`);

describe('show', () => {
  test('has every tier and step, and what a call would cost', async () => {
    const { code, stdout } = await prices([
      'show',
      'gpt-5.4',
      '--input',
      '300000',
      '--output',
      '500',
    ]);
    expect(code).toBe(0);
    const [head, ...lines] = stdout.split('\n');
    expect(head).toBe('gpt-5.4 (openai)');
    const has = (line: RegExp) => expect(lines).toContainEqual(expect.stringMatching(line));
    has(new RegExp(`^  prices +${VERSION}: openai/gpt-5\\.4$`));
    has(/^ {2}max output +128,000 tokens, as published$/);
    has(/^ {2}context +1,050,000 tokens, as in the price data$/);
    has(/^USD per million +standard +batch +flex +priority$/);
    has(/^input +\$2\.50 +\$1\.25 +\$1\.25 +\$5\.00$/);
    has(/^output, above 271,999 +\$22\.50 +\$11\.25 +\$11\.25 +\$45\.00$/);
    // 300,000 × $5 + 500 × $22.50, each per million.
    has(/^standard +\$1\.51125 +\$1\.51125$/);
    has(/^priority +\$3\.0225 +\$3\.0225$/);
    expect(stdout).not.toContain('\u001b[');
  });

  test.each([
    [['claude-sonnet-4-5'], /^claude-sonnet-4-5 \(anthropic\)\n[^]*^input, to cache for 1 h/mu],
    [['gpt-4o', '--tier', 'auto'], /^USD per million +dearest$/mu],
    [['gpt-4o', '--tier', 'batch'], /^USD per million +batch\ninput +\$1\.25$/mu],
    [['gpt-4o', '--provider', 'azure.ai.openai'], /^gpt-4o \(azure\.ai\.openai\)$/mu],
  ])('%j', async (args, output) => {
    expect((await prices(['show', ...args])).stdout).toMatch(output);
  });

  test.each([
    ['gpt-4o', /^ {2}prices +prices\[0\] of your budgets file$[^]*^input +\$2\.00 +\$0\.50$/mu],
    ['my-deployment', /^ {2}alias of +gpt-5$[^]*^input +\$1\.25 /mu],
    ['local-llama', /^ {2}context +32,000 tokens, from your budgets file$[^]*^input +\$0\.00$/mu],
    [
      'unheard-of',
      /^ {2}prices +those of `unpriced` in your budgets file.*$[^]*^input +\$10\.00$/mu,
    ],
  ])('with a budgets file: %s', async (model, output) => {
    const { stdout } = await prices(['show', model, '--config', await budgets()]);
    expect(stdout).toMatch(output);
  });

  test('for machines', async () => {
    const shown = await json(['show', 'gpt-4o-mini', '--input', '1000', '--output', '10']);
    expect(shown).toMatchObject({
      provider: 'openai',
      source: 'catalogue',
      maxOutputTokens: 16_384,
      tiers: {
        standard: [{ aboveInputTokens: 0, usd: { input: '0.15', output: '0.60' } }],
        priority: [{ aboveInputTokens: 0, usd: { input: '0.25', output: '1.00' } }],
      },
      costs: { standard: { costNanoUsd: '156000', worstNanoUsd: '156000' } },
    });
  });
});

describe('list', () => {
  test('is a table of what was asked for', async () => {
    const { stdout } = await prices(['list', '--provider', 'anthropic', '--model', '*haiku-4*']);
    const [head, row, ...rest] = stdout.split('\n');
    expect(head).toMatch(/^provider +model +input +from cache +output +notes$/);
    expect(row).toMatch(
      /^anthropic +claude-haiku-4-5 +\$1\.00 +\$0\.10 +\$5\.00 +batch, priority, auto, us$/,
    );
    expect(rest.join('\n')).toMatch(
      new RegExp(`^\nUSD per million tokens, prices of ${VERSION}\n$`),
    );
  });

  test("has the user's own first", async () => {
    const { stdout } = await prices(['list', '--config', await budgets(), '--model', '*l*']);
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^\* +local-\* +\$0\.00 +\$0\.00 +\$0\.00 +yours$/),
      expect.stringMatching(/^\* +my-deployment +\$1\.25 .* as gpt-5; batch, flex, priority$/),
    ]);
  });

  test('has all of them for machines', async () => {
    const listed = (await json(['list'])) as unknown as readonly unknown[];
    expect(listed.length).toBeGreaterThan(1000);
  });
});

describe('mistakes are one line and exit code 2', () => {
  test.each([
    [['show', 'gpt-4oo'], /no price of "gpt-4oo" at any known provider; did you mean gpt-4o/],
    [['show', 'gpt-4oo', '--provider', 'openai'], /at "openai"; did you mean gpt-4o/],
    [['show', 'gpt-4o', '--input', 'many'], /--input: "many" is no count/],
    [['show'], /missing required argument 'model'/],
    [['list', '--model', 'nothing-like-it'], /no prices of models "nothing-like-it"; \* stands/],
    [['list', '--config', 'none.yaml'], /none\.yaml: there is no such file/],
    [['update', '--from', 'none.json'], /none\.json: there is no such file/],
    [['update', '--from', 'http://example.com/x'], /by https only, or from this machine/],
    [['lsit'], /unknown command 'lsit' \(Did you mean list\?\)/],
  ])('spendfuse prices %j', async (args, message) => {
    expectMistake(await prices(args), message);
  });
});

describe('newer prices', () => {
  let server: Server;
  let address: string;
  let answer: { status: number; body: string };

  /** The built-in data, with another price of gpt-4o, a model more and a model less. */
  function newer(): string {
    const providers = JSON.parse(JSON.stringify(BUILT_IN_PRICES.providers)) as {
      id: string;
      models: { id: string; match: unknown; prices: unknown }[];
    }[];
    const openai = providers.find(({ id }) => id === 'openai');
    const models = openai?.models.filter(({ id }) => id !== 'gpt-4-turbo') ?? [];
    const usd = { input_mtok: 1, output_mtok: 4 };
    const gpt4o = models.find(({ id }) => id === 'gpt-4o');
    if (gpt4o) gpt4o.prices = usd;
    if (openai) {
      openai.models = [...models, { id: 'gpt-9', match: { equals: 'gpt-9' }, prices: usd }];
    }
    return JSON.stringify(providers);
  }

  beforeEach(async () => {
    answer = { status: 200, body: newer() };
    server = createServer((_, response) => {
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.json`;
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const path = () => join(folder.path, 'state', 'spendfuse', 'prices.json');
  const update = (...args: string[]) => prices(['update', '--from', address, ...args]);
  const inputOf = async (model: string) => {
    const { stdout } = await prices(['show', model]);
    return /^input +(\S+)/mu.exec(stdout)?.[1];
  };

  test('are looked at, taken, used, and left again', async () => {
    const checked = await update('--check');
    expect(checked.stdout).toMatch(
      new RegExp(
        `^genai-prices@\\d{4}-\\d\\d-\\d\\d\\.[0-9a-f]{8} would replace ${VERSION}: 1 model changed, 1 added, 1 removed\n`,
      ),
    );
    expect(checked.stdout).toMatch(/^openai +gpt-4o +input +\$2\.50 +\$1\.00$/mu);
    expect(checked.stdout).toMatch(/^openai +gpt-9 +added$/mu);
    expect(await readdir(folder.path)).toEqual([]);
    expect(await inputOf('gpt-4o')).toBe('$2.50');

    const taken = await update();
    expect(taken.stdout).toMatch(/ replaces .*\n[^]*\nSidecars take it when they start\.\n$/u);
    expect(await inputOf('gpt-4o')).toBe('$1.00');
    expect(await inputOf('gpt-9')).toBe('$1.00');
    expect((await update()).stdout).toMatch(/^genai-prices@\S+ is up to date\.\n$/u);

    const { stdout } = await prices(['diff']);
    expect(stdout).toMatch(
      new RegExp(
        `^genai-prices@\\S+ instead of ${VERSION}: 1 model changed, 1 added, 1 removed$`,
        'mu',
      ),
    );

    const back = await prices(['update', '--builtin']);
    expect(back.stdout).toMatch(new RegExp(`^Back to the built-in ${VERSION}\\.\n$`));
    expect(await inputOf('gpt-4o')).toBe('$2.50');
  });

  test('can be left aside by the environment', async () => {
    await update();
    const { stdout } = await prices(['show', 'gpt-4o'], { SPENDFUSE_PRICES: 'builtin' });
    expect(stdout).toMatch(/^input +\$2\.50/mu);
  });

  test.each<[string, { status: number; body: string }, RegExp, number]>([
    ['an error', { status: 503, body: '' }, /it answers 503; nothing was changed/, 1],
    ['a web page', { status: 200, body: '<html>' }, /no price data: it is no JSON/, 2],
    ['an empty list', { status: 200, body: '[]' }, /it is not whole/, 2],
    ['too much', { status: 200, body: ' '.repeat(17 << 20) }, /is larger than 16 MiB/, 2],
  ])('%s is refused, and the old ones stay', async (_, bad, message, exit) => {
    await update();
    const saved = await readFile(path(), 'utf8');
    answer = bad;
    expectMistake(await update(), message, exit);
    expect(await readFile(path(), 'utf8')).toBe(saved);
  });

  test('a server that is not there', async () => {
    await new Promise((resolve) => server.close(resolve));
    expectMistake(await update(), /data\.json: .*ECONNREFUSED.*; nothing was changed/, 1);
  });

  test('a damaged file is told of, and the built-in prices are used', async () => {
    await update();
    await writeFile(path(), (await readFile(path(), 'utf8')).slice(0, 1000));
    const { stdout, stderr, code } = await prices(['show', 'gpt-4o']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^spendfuse: .*prices\.json is damaged: .* the built-in prices .* are used\n$/u,
    );
    expect(stdout).toMatch(/^input +\$2\.50/mu);
    expect((await update()).stdout).toMatch(/ replaces genai-prices@/u);
    expect(await inputOf('gpt-4o')).toBe('$1.00');
  });
});

test("diff shows what the user's own prices change", async () => {
  const { stdout } = await prices(['diff', '--config', await budgets()]);
  expect(stdout).toMatch(
    new RegExp(`^your prices on top of ${VERSION}: 1 model changed, 3 added\n`),
  );
  expect(stdout).toMatch(/^\* +local-\* +added$/mu);
  expect(stdout).toMatch(/^openai +gpt-4o +input +\$2\.50 +\$2\.00$/mu);
  expect(stdout).toMatch(new RegExp(`^No downloaded prices: ${VERSION} is built in\\.$`, 'mu'));
});
