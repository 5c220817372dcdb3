// The command line as users meet it: help, mistakes, and `run` around real child processes.
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { limitBudget } from '@spendfuse/authority';
import { formatUsd } from '@spendfuse/core';
import { createLog, type Sidecar, startSidecar } from '@spendfuse/sidecar';
import { startFakeOpenAI, startNode } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectMistake, openCommandLine, spendfuse } from '../support/command-line.ts';
import { newForEach } from '../support/started.ts';

const folder = newForEach(openCommandLine);
const cli: typeof folder.run = (args, env) => folder.run(args, env);

describe('help', () => {
  test.each([
    [[], ['run', 'up', 'balances', 'budgets', 'price']],
    [['run'], ['--limit', '--label', '--config', '--data', 'XDG_STATE_HOME', '128 + n']],
    [['up'], ['--grpc', '--http', '--socket', '--durability', 'SPENDFUSE_DATA', '127.0.0.1:4750']],
    [['balances'], ['--json', '--endpoint']],
    [
      ['budgets'],
      ['check', 'explain', 'list', 'set', 'backfill', 'top-up', 'override', 'reset', 'delete'],
    ],
    [
      ['budgets', 'check'],
      ['[file]', '--admin', 'SPENDFUSE_CONFIG'],
    ],
    [
      ['budgets', 'override'],
      ['<budget> <amount>', '--until', 'Friday 18:00', '--zone'],
    ],
    [['price'], ['--input', '--output', '--cached']],
  ])('spendfuse %j --help', async (command, words) => {
    const { code, stdout, stderr } = await cli([...command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
    expect(stdout).toMatch(/^Examples?:/mu);
    expect(stdout).not.toContain('\u001b[');
    expect(stdout).not.toContain('host <flags>');
  });

  test('--version', async () => {
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });

  test('without a command the help is shown, and that is a mistake', async () => {
    const { code, stderr } = await cli([]);
    expect({ code, usage: stderr.split('\n')[0] }).toEqual({
      code: 2,
      usage: 'Usage: spendfuse [options] [command]',
    });
  });
});

describe('mistakes are one line and exit code 2', () => {
  test.each([
    [['rnu'], /unknown command 'rnu' \(Did you mean run\?\); see spendfuse --help/],
    [['run'], /missing required argument 'command'; see spendfuse run --help/],
    [['run', '--limt', '$5'], /unknown option '--limt' \(Did you mean --limit\?\)/],
    [
      ['run', '--limit', '5 bananas', '--', 'node'],
      /"5 bananas": unknown unit "bananas"; forms: \$5\/day/,
    ],
    [['run', '--label', 'Team=x', '--', 'node'], /--label.Team: a label name is/],
    [['run', '--label', 'team', '--', 'node'], /"team" is no label; write it like team=search/],
    [['run', '--config', 'none.yaml', '--', 'node'], /none\.yaml: there is no such file/],
    [['run', '--data', 'ledger', '--', 'no-such-command'], /"no-such-command" was not found/],
    [
      ['run', '--data', 'ledger', '--', ''],
      /"" was not found; what follows -- has to be a command/,
    ],
    [['balances', '--label', 'x'], /"x" is no label/],
    [['budgets', 'check', 'none.yaml'], /none\.yaml: there is no such file/],
    [['price', 'gpt-4o', '--input', '5'], /required option '--output <count>' not specified/],
    [['price', 'gpt-4o', '--input', '-5', '--output', '1'], /"-5" is no count/],
    [
      ['price', 'gpt-4o', '--input', '5', '--output', '1', '--cached', '6'],
      /6 is more than inputTokens 5/,
    ],
    [['price', 'no-such-model', '--input', '5', '--output', '1'], /no price of "no-such-model"/],
  ])('spendfuse %j', async (args, message) => {
    const result = await cli(args);
    const stderr = result.stderr.replace(/^spendfuse: no budget: .*\n/mu, '');
    expectMistake({ ...result, stderr }, message);
  });

  test('labels of the environment are checked as well', async () => {
    const result = await cli(['run', '--', 'node'], { SPENDFUSE_LABELS: 'team' });
    expectMistake(result, /SPENDFUSE_LABELS: "team" is no label/);
  });

  test('a setting of the sidecar is named as it was given', async () => {
    const result = await cli(['run', '--limit', '$5', '--', 'node'], { SPENDFUSE_LOG: 'loud' });
    expectMistake(result, /SPENDFUSE_LOG: "loud" is not one of silent/);
  });

  test('an endpoint that was asked for and does not answer', async () => {
    const env = { SPENDFUSE_ENDPOINT: '127.0.0.1:1' };
    expectMistake(
      await cli(['run', '--', 'node'], env),
      /no Spendfuse sidecar answers at 127.0.0.1:1/,
    );
    expect((await cli(['balances'], env)).code).toBe(1);
  });
});

test('who reads the output may stop at any line', async () => {
  const args = ['-c', '"$0" "$1" --help | true', process.execPath, spendfuse];
  expect((await promisify(execFile)('sh', args)).stderr).toBe('');
});

describe('budgets check', () => {
  test('explains a file', async () => {
    const path = await folder.write('ok.yaml', "budgets:\n  - { id: daily, limits: ['$5/day'] }\n");
    const { code, stdout } = await cli(['budgets', 'check', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^daily +\$5\.00\/day/u);
  });

  test('names every mistake with its place', async () => {
    const path = await folder.write('bad.yaml', 'budgets:\n  - { id: A, limits: [1] }\n');
    const { code, stdout, stderr } = await cli(['budgets', 'check', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.match(/bad\.yaml:2:\d+: /gu)).toHaveLength(2);
  });
});

test('budgets explain says in which budgets a tool counts as a request', async () => {
  const path = await folder.write(
    'tools.yaml',
    `budgets:
  - { id: all, limits: [10 requests/day] }
  - { id: models, match: { operation: '!execute_tool' }, limits: [10 requests/day] }
`,
  );
  const tool = ['--provider', 'tool', '--model', 'web_search', '--operation', 'execute_tool'];
  const { stdout } = await cli(['budgets', 'explain', '--config', path, ...tool, '--input', '0']);
  expect(stdout).toMatch(/^all +10 requests\/day .* 1 requests +fits$/mu);
  expect(stdout).toMatch(/^models does not match: operation is "execute_tool"/mu);
});

test('price is exact', async () => {
  const args = ['price', 'gpt-4o', '--input', '1000', '--output', '100', '--cached', '400'];
  const { stdout, code } = await cli(args);
  expect(code).toBe(0);
  // 600 × $2.50 + 400 × $1.25 + 100 × $10, each per million.
  expect(stdout).toMatch(/^gpt-4o \(openai\), prices of genai-prices@/u);
  expect(stdout).toMatch(/^input +600 +\$2\.50$/mu);
  expect(stdout).toMatch(/^input, cached +400 +\$1\.25$/mu);
  expect(stdout).toMatch(/^output +100 +\$10\.00$/mu);
  expect(stdout).toMatch(/^cost +\$0\.003$/mu);
});

/** What the fake provider bills; Spendfuse has its own source. */
const PRICES = { 'gpt-4o': { inputUsdPerMTok: '2.5', outputUsdPerMTok: '10' } };

describe('with a sidecar that is up', () => {
  let sidecar: Sidecar;
  let endpoint: string;

  beforeEach(async () => {
    const budgets = [limitBudget(['$5/day', '1k requests'])];
    const log = createLog({ level: 'error' });
    sidecar = await startSidecar({ grpcListen: { host: '127.0.0.1', port: 0 }, budgets, log });
    endpoint = sidecar.addresses.grpc ?? '';
  });

  afterEach(() => sidecar.stop());

  test('balances is an aligned table, or JSON', async () => {
    const { stdout } = await cli(['balances', '--endpoint', endpoint]);
    expect(stdout).toMatch(
      /^budget +scope +limit +spent +in flight +left +resets \(UTC\)\nlimit +\$5\.00\/day +\$0\.00 +\$0\.00 +\$5\.00 +\d{4}-\d\d-\d\d 00:00\nlimit +1,000 requests +0 requests +0 requests +1,000 requests\n$/u,
    );
    const json = await cli(['balances', '--json'], { SPENDFUSE_ENDPOINT: endpoint });
    expect(JSON.parse(json.stdout)).toMatchObject([
      { budget: 'limit', unit: 'cost', limit: '5000000000', remaining: '5000000000' },
      { budget: 'limit', unit: 'requests', limit: '1000', remaining: '1000' },
    ]);
  });

  test('run uses it', async () => {
    const print = 'console.log(process.env.SPENDFUSE_ENDPOINT)';
    const args = ['run', '--', process.execPath, '-e', print];
    const { code, stdout, stderr } = await cli(args, { SPENDFUSE_ENDPOINT: endpoint });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${endpoint}\n` });
    expect(stderr).toBe('spendfuse: $0.00 of $5.00/day spent\n');
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe('run', () => {
  const limited = ['run', '--limit', '$5/day', '--data', 'the ledger'];

  test('gives the command its environment, and keeps what was there', async () => {
    const script = await folder.write(
      'print env.mjs',
      `const { NODE_OPTIONS, SPENDFUSE_ENDPOINT, SPENDFUSE_LABELS } = process.env;
       console.log(JSON.stringify({ NODE_OPTIONS, SPENDFUSE_ENDPOINT, SPENDFUSE_LABELS }));
       console.log(JSON.stringify(process.argv.slice(2)));`,
    );
    const args = [
      ...limited,
      '--label',
      'user=u1',
      '--',
      process.execPath,
      script,
      '--limit',
      'a b',
    ];
    const env = { NODE_OPTIONS: '--no-deprecation', SPENDFUSE_LABELS: 'team=search,user=u0' };
    const { code, stdout, stderr } = await cli(args, env);
    expect(code).toBe(0);
    const [seen = '', argv = ''] = stdout.split('\n');
    expect(JSON.parse(seen)).toEqual({
      NODE_OPTIONS: expect.stringMatching(/^--no-deprecation --require "\/.*register\.cjs"$/u),
      SPENDFUSE_ENDPOINT: `unix:${join(folder.path, 'the ledger', 'run', 'grpc.sock')}`,
      SPENDFUSE_LABELS: 'team=search,user=u1',
    });
    expect(JSON.parse(argv)).toEqual(['--limit', 'a b']);
    expect(stderr).toBe(
      'spendfuse: 0 calls, 0 in / 0 out tokens, $0.00 spent ($0.00 of $5.00/day)\n',
    );
  });

  test('the exit code is the command’s', async () => {
    const args = [...limited, '--', process.execPath, '-e', 'process.exit(7)'];
    expect((await cli(args)).code).toBe(7);
  });

  test('a signal that ends the command is 128 + n', async () => {
    const args = [...limited, '--', process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'];
    expect((await cli(args)).code).toBe(137);
  });

  test('input and signals reach the command, which decides what to do with them', async () => {
    const script = `
      process.stdin.once('data', (text) => console.log('read ' + text));
      process.once('SIGTERM', () => { console.log('got SIGTERM'); process.exit(3); });
      console.log('waiting');`;
    await using running = await startNode({
      args: [spendfuse, ...limited, '--', process.execPath, '-e', script],
      cwd: folder.path,
    });
    await running.waitForLine(/^waiting$/u);
    running.write('hello\n');
    await running.waitForLine(/^read hello$/u);
    expect(await running.kill('SIGTERM')).toEqual({ code: 3, signal: null });
    expect(running.stdout()).toContain('got SIGTERM');
    expect(running.stderr()).toMatch(/^spendfuse: 0 calls/mu);
  });

  test('two runs share the ledger, the second outlives the first, nothing stays behind', async () => {
    const wait = [
      '--',
      process.execPath,
      '-e',
      `console.log('up'); process.stdin.once('data', () => process.exit())`,
    ];
    const start = () => startNode({ args: [spendfuse, ...limited, ...wait], cwd: folder.path });
    await using first = await start();
    await first.waitForLine(/^up$/u);
    await using second = await start();
    await second.waitForLine(/^up$/u);
    const other = [
      'run',
      '--limit',
      '$6/day',
      '--data',
      'the ledger',
      '--',
      process.execPath,
      '-e',
      '',
    ];
    expectMistake(await cli(other), /a run with other budgets is using/);

    first.write('\n');
    expect((await first.exit).code).toBe(0);
    expect(await readdir(join(folder.path, 'the ledger', 'run'))).toEqual([
      'grpc.sock',
      'host.sock',
    ]);
    second.write('\n');
    expect((await second.exit).code).toBe(0);
    expect(await readdir(join(folder.path, 'the ledger', 'run'))).toEqual([]);
  });

  test('runs that start at once find each other', async () => {
    const run = () => cli([...limited, '--', process.execPath, '-e', '']);
    const results = await Promise.all([run(), run(), run()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  test('a folder that cannot hold a ledger is one clear line, at once', async () => {
    await mkdir(join(folder.path, 'broken', 'journal.db'), { recursive: true });
    const args = ['run', '--limit', '$1', '--data', 'broken', '--', process.execPath, '-e', ''];
    expectMistake(await cli(args), /broken/);
  });

  test('cuts a program off at the limit, and the next run of the day as well', async () => {
    await using provider = await startFakeOpenAI({ prices: PRICES });
    const script = await folder.write(
      'loop.mjs',
      `const body = JSON.stringify({
         model: 'gpt-4o',
         max_tokens: 40,
         messages: [{ role: 'user', content: 'hello' }],
       });
       const headers = { 'content-type': 'application/json' };
       for (let calls = 0; ; calls++) {
         try {
           const reply = await fetch('${provider.baseUrl}/chat/completions', { method: 'POST', headers, body });
           await reply.json();
         } catch (error) {
           console.log(calls + ' calls, then ' + error.name);
           break;
         }
       }`,
    );
    const args = ['run', '--limit', '$0.005/day', '--', process.execPath, script];
    const env = { SPENDFUSE_HOSTS: `${provider.origin}=openai` };
    const first = await cli(args, env);
    const sent = provider.calls.length;
    expect(sent).toBeGreaterThan(5);
    expect(first.stdout).toBe(`${sent} calls, then BudgetExceededError\n`);
    const billed = formatUsd(Number(provider.billedNanoUsd()));
    expect(first.stderr).toContain(
      ` out tokens, ${billed} spent (${billed} of $0.005/day), 1 refused\n`,
    );
    const second = await cli(args, env);
    expect(second.stdout).toBe('0 calls, then BudgetExceededError\n');
    expect(second.stderr).toContain(`spendfuse: 0 calls, 0 in / 0 out tokens, $0.00 spent`);
    expect(provider.calls).toHaveLength(sent);
  });

  test('without a budget it says that nothing is refused', async () => {
    const { code, stderr } = await cli(['run', '--data', 'l', '--', process.execPath, '-e', '']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^spendfuse: no budget: calls are counted, none is refused/u);
  });
});
