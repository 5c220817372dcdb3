// Where the labels of a call come from, and that they reach the ledger however the program goes on.
import { fileURLToPath } from 'node:url';
import { startFakeOpenAI } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { commits } from '../support/ledger.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';
import { type Program, runTold, sdkWith, type Told } from '../support/telemetry-program.ts';

const CONFIG = `${AMPLE}  - id: each-run
    match: { run: '*' }
    per: [run]
    limits: [3 requests]
    onShortage: [deny]
`;
const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const provider = sharedByAll(() => startFakeOpenAI());

const CLIENT = `
  const { OpenAI } = require('openai');
  const { currentLabels, runAs } = require('spendfuse');
  const openai = new OpenAI();
  const messages = [{ role: 'user', content: 'hello' }];
  const ask = () => openai.chat.completions.create({ model: 'gpt-4o-mini', messages });`;

interface Labelled extends Told {
  /** Of the calls that it made, in order. */
  readonly labels: readonly Readonly<Record<string, string>>[];
}

async function run({ head = '', source, env }: Partial<Program>): Promise<Labelled> {
  const before = new Set((await commits(sidecar)).map(({ id }) => id));
  const own = { OPENAI_BASE_URL: provider.baseUrl, SPENDFUSE_ENDPOINT: sidecar.endpoint };
  const told = await runTold({
    head: head + CLIENT,
    source: source ?? 'await ask();',
    env: { ...own, ...env },
  });
  const fresh = (await commits(sidecar)).filter(({ id }) => !before.has(id));
  return { ...told, labels: fresh.toReversed().map(({ labels }) => labels) };
}

test('runAs over SPENDFUSE_LABELS over the OpenTelemetry resource', async () => {
  const { labels, stderr } = await run({
    env: {
      OTEL_SERVICE_NAME: 'checkout',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=ignored,deployment.environment.name=prod',
      SPENDFUSE_LABELS: 'environment=staging,team=search,user=nobody',
    },
    source: "await ask(); await runAs({ user: 'u1' }, ask);",
  });
  expect(stderr).toBe('');
  const process = { service: 'checkout', environment: 'staging', team: 'search' };
  expect(labels).toEqual([
    { ...process, user: 'nobody' },
    { ...process, user: 'u1' },
  ]);
});

test('copies of the library, by require and by import, share the labels with the preload', async () => {
  const copy = new URL('../../packages/guard/dist/context.js?copy', import.meta.url).href;
  const { labels } = await run({
    source: `
      const required = require('spendfuse');
      const imported = await import('spendfuse');
      const copy = await import(${JSON.stringify(copy)});
      console.log(copy.runAs !== required.runAs);
      await required.runAs({ a: '1' }, () => imported.runAs({ b: '2' }, () => copy.runAs({ c: '3' }, ask)));`,
  });
  expect(labels).toEqual([{ a: '1', b: '2', c: '3' }]);
});

describe('baggage', () => {
  // As OpenTelemetry's HTTP instrumentation does it, which is not installed here.
  const server = (fn: string): string => `
    const { createServer } = require('node:http');
    const server = createServer((request, response) =>
      context.with(propagation.extract(context.active(), request.headers), async () => {
        await ${fn}.catch((error) => response.write(error.name + ' ' + error.message));
        response.end();
      }));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const visit = async (baggage) => {
      const url = 'http://127.0.0.1:' + server.address().port;
      return (await fetch(url, { headers: { baggage } })).text();
    };`;
  const close = 'server.close();';

  test('of a request that is served: only what is named, under the process and runAs', async () => {
    const { labels, stderr } = await run({
      head: sdkWith(),
      env: { SPENDFUSE_BAGGAGE: 'user, team', SPENDFUSE_LABELS: 'team=search' },
      source: `
        ${server("(request.url === '/', ask())")}
        await visit('user=u%201,team=intruder,plan=gold;meta=x');
        await visit('team=intruder');
        ${close}`,
    });
    expect(stderr).toBe('');
    expect(labels).toEqual([{ team: 'search', user: 'u 1' }, { team: 'search' }]);
  });

  test('is not read without the setting, and a value that can be no label refuses the call', async () => {
    const source = `
      ${server("runAs({ step: 'one' }, ask)")}
      console.log(await visit('user=' + 'x'.repeat(300)));
      ${close}`;
    expect((await run({ head: sdkWith(), source })).labels).toEqual([{ step: 'one' }]);
    const refused = await run({ head: sdkWith(), source, env: { SPENDFUSE_BAGGAGE: 'user' } });
    expect(refused.labels).toEqual([]);
    expect(refused.stdout).toMatch(/^BudgetExceededError .*baggage\.user: the value is longer/u);
    expect(refused.stdout).not.toContain('xxx');
  });

  test('names that can be no label are told, and nobody knows who spends', async () => {
    const { stdout, stderr, labels } = await run({ env: { SPENDFUSE_BAGGAGE: 'userId' } });
    expect(stderr).toMatch(/^spendfuse: SPENDFUSE_BAGGAGE: baggage\.userId: a label name is /u);
    expect(stdout).toContain('BudgetExceededError');
    expect(labels).toEqual([]);
  });
});

test('a run counts for every run above it: a budget holds for the tree and for each branch', async () => {
  const { stdout, labels } = await run({
    source: `
      const within = (run, fn) => runAs({ run }, fn);
      const tell = (call) => call.then(() => 'ok', (error) => error.message.replace(/ is .*/, ''));
      console.log(await within('agent-1', async () => [
        await tell(within('search', ask)),
        await tell(within('search', () => within('rerank', ask))),
        await tell(within('write', ask)),
        await tell(within('write', ask)),
      ].join('; ')));
      console.log(await tell(within('agent-2', ask)));`,
  });
  const [first, second] = stdout.trim().split('\n');
  expect(first).toMatch(/^ok; ok; ok; Budget "each-run"/u);
  expect(second).toBe('ok');
  expect(labels.map(({ run: path }) => path)).toEqual([
    'agent-1/search',
    'agent-1/search/rerank',
    'agent-1/write',
    'agent-2',
  ]);
});

test('threads have the labels of the process; those of runAs are sent along', async () => {
  const worker = fileURLToPath(new URL('../support/labels-worker.cjs', import.meta.url));
  const { labels, stderr } = await run({
    env: { SPENDFUSE_LABELS: 'team=search' },
    source: `
      const { Worker } = require('node:worker_threads');
      const start = (workerData) => new Promise((resolve, reject) =>
        new Worker(${JSON.stringify(worker)}, { workerData }).on('exit', resolve).on('error', reject));
      await runAs({ user: 'u1', run: 'agent' }, async () => {
        await start({});
        await start({ labels: currentLabels() });
      });`,
  });
  expect(stderr).toBe('');
  expect(labels).toEqual([{ team: 'search' }, { team: 'search', user: 'u1', run: 'agent' }]);
});
