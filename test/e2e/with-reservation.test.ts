// `withReservation` in programs: counted, refused, priced and told, with the preload and without it.
import { createServer, connect, type AddressInfo } from 'node:net';
import { startFakeOpenAI } from '@spendfuse/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { AMPLE } from '../support/budgets.ts';
import { committedOf, toldCommits } from '../support/ledger.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';
import {
  countOf,
  runTold,
  settledSpans,
  sdkWith,
  type Told,
} from '../support/telemetry-program.ts';

const CONFIG = `${AMPLE}  - id: tools
    match: { team: a }
    limits: [3 tool_calls/day, 100 pages_read/day]
    onShortage: [deny]
  - id: little
    match: { team: poor }
    limits: [$0.03/day]
    onShortage: [deny]
prices:
  - { provider: tool, model: 'priced-*', input: 0, output: 0, request: $0.01 }
`;
const HEAD = "const { BudgetExceededError, runAs, withReservation } = require('spendfuse');\n";

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const provider = sharedByAll(() => startFakeOpenAI());
/** Of the entries of one test alone. */
let run = 0;

beforeEach(() => {
  run += 1;
});

interface Ran extends Told {
  readonly lines: readonly string[];
  /** Of the ledger: model, cost in nano-USD, where it is known from, in the order of their ends. */
  readonly commits: readonly (readonly unknown[])[];
}

async function play(
  source: string,
  more: Partial<Parameters<typeof runTold>[0]> = {},
): Promise<Ran> {
  const { head = HEAD, env, flags = [] } = more;
  const labels = `test=t${run}`;
  const told = await runTold({
    head,
    source,
    flags,
    env: { SPENDFUSE_ENDPOINT: sidecar.endpoint, SPENDFUSE_LABELS: labels, ...env },
  });
  const commits = await toldCommits(sidecar, { test: `t${run}` });
  return { ...told, commits, lines: told.stdout.trim().split('\n') };
}

test('amounts are counted, costs charged as said, a refusal comes before the function', async () => {
  const { lines, stderr, commits } = await play(`
    const answer = await runAs({ team: 'a' }, async () => {
      const first = await withReservation(
        { tool_calls: 1, cost: '$0.02', name: 'search' },
        ({ used }) => { used({ cost: 0.1 + 0.2, pages_read: 7 }); return 'found'; });
      await withReservation({ tool_calls: 1, cost: 0.02 }, async () => {});
      await withReservation({ tool_calls: 1, name: 'priced-tool' }, () => {});
      return first;
    });
    console.log(answer);
    let ran = false;
    await runAs({ team: 'a' }, () => withReservation({ tool_calls: 1 }, () => { ran = true; }))
      .catch((error) => console.log(
        error instanceof BudgetExceededError, error.reason, error.refusals[0].unit, ran));`);
  expect(stderr).toBe('');
  expect(lines).toEqual(['found', 'true EXHAUSTED tool_calls false']);
  expect(commits).toEqual([
    ['search', 300_000_000, 'provider'],
    ['unnamed', 20_000_000, 'provider'],
    ['priced-tool', 10_000_000, 'provider'],
  ]);
  expect(await committedOf(sidecar, 'tools')).toEqual({ tool_calls: 3, pages_read: 7 });
});

test('a function that throws is charged what it said, else what was reserved', async () => {
  const { lines, commits } = await play(`
    const fail = (tell) => withReservation({ tool_calls: 1, cost: '$0.02' }, async ({ used }) => {
      tell(used);
      throw new TypeError('it broke');
    }).catch((error) => console.log(error.name));
    await fail(() => {});
    await fail((used) => used({ cost: '$0.005' }));
    await fail((used) => used({ tool_calls: 0, cost: 0 }));`);
  expect(lines).toEqual(['TypeError', 'TypeError', 'TypeError']);
  expect(commits).toEqual([
    ['unnamed', 20_000_000, 'estimated'],
    ['unnamed', 5_000_000, 'provider'],
    ['unnamed', 0, 'provider'],
  ]);
});

test('what runs at the same time is never granted more than there is', async () => {
  const { lines } = await play(`
    const outcomes = await runAs({ team: 'poor' }, () => Promise.allSettled(
      Array.from({ length: 10 }, () => withReservation({ cost: '$0.01' }, () =>
        new Promise((resolve) => setTimeout(resolve, 100))))));
    console.log(outcomes.filter(({ status }) => status === 'fulfilled').length);
    console.log(outcomes.filter(({ reason }) => reason?.reason === 'IN_FLIGHT').length);`);
  expect(lines).toEqual(['3', '7']);
  expect(await committedOf(sidecar, 'little')).toEqual({ cost: 30_000_000 });
});

test('without an endpoint the function just runs', async () => {
  const { lines, commits } = await play(
    `console.log(await withReservation({ tool_calls: 1 }, ({ used }) => { used({}); return 1; }));`,
    { env: { SPENDFUSE_ENDPOINT: undefined } },
  );
  expect(lines).toEqual(['1']);
  expect(commits).toEqual([]);
});

test('where nobody answers, the policy decides', async () => {
  const source = `
    await withReservation({ tool_calls: 1 }, () => console.log('ran'))
      .catch((error) => console.log(error.name, error.reason));`;
  const away = { SPENDFUSE_ENDPOINT: '127.0.0.1:9' };
  const denied = await play(source, { env: away });
  expect(denied.lines).toEqual(['BudgetExceededError UNAVAILABLE']);
  const allowed = await play(source, { env: { ...away, SPENDFUSE_ON_UNAVAILABLE: 'allow' } });
  expect(allowed.lines).toEqual(['ran']);
});

/** Passes bytes on to the sidecar, and counts who comes. */
async function startCounter() {
  let connections = 0;
  const [, host = '', port = ''] = /^(.*):(\d+)$/u.exec(sidecar.endpoint) ?? [];
  const server = createServer((socket) => {
    connections += 1;
    const target = connect(Number(port), host);
    socket.pipe(target).pipe(socket);
    for (const each of [socket, target]) each.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () => server.close(),
  };
}

const ASK = `
  const { OpenAI } = require('openai');
  const ask = () => new OpenAI().chat.completions.create(
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] });\n`;

test.each([
  ['before a call', 'await spend(); await ask();'],
  ['after a call', 'await ask(); await spend();'],
])('the preload and the library have one session: %s', async (_, order) => {
  const counter = await startCounter();
  const { stderr, commits } = await play(
    `const spend = () => withReservation({ cost: '$0.01', name: 'search' }, () => {}); ${order}`,
    {
      head: HEAD + ASK,
      flags: ['--require', preload],
      env: { SPENDFUSE_ENDPOINT: counter.endpoint, OPENAI_BASE_URL: provider.baseUrl },
    },
  );
  counter.close();
  expect(stderr).toBe('');
  expect(new Set(commits.map(([model]) => model))).toEqual(new Set(['gpt-4o-mini', 'search']));
  expect(counter.connections()).toBe(1);
});

describe('the span of a tool', () => {
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.provider.name': 'tool',
    'gen_ai.tool.name': 'search',
    'spendfuse.decision': 'granted',
    'spendfuse.reserved.amount': 0.02,
    'spendfuse.cost.nano_usd': 20_000_000,
    'gen_ai.usage.cost.amount': 0.02,
  };
  const SPEND = "withReservation({ tool_calls: 1, cost: '$0.02', name: 'search' }, ";

  test('is around what the function does, and has decision and cost', async () => {
    const told = await play(`await work('turn', () => ${SPEND}() => work('inside', () => 1)));`, {
      head: HEAD + sdkWith(),
    });
    const spans = settledSpans(told);
    const tool = spans.find(({ name }) => name === 'execute_tool search');
    expect(tool).toMatchObject({ kind: 'internal', attributes });
    expect(tool?.attributes).not.toHaveProperty('gen_ai.request.model');
    const of = (name: string) => spans.find((span) => span.name === name);
    expect(tool?.parentSpanId).toBe(of('turn')?.spanId);
    expect(of('inside')?.parentSpanId).toBe(tool?.spanId);
    const by = { 'gen_ai.tool.name': 'search' };
    expect(countOf(told, 'gen_ai.client.operation.cost', by)).toBe(1);
    expect(countOf(told, 'gen_ai.client.operation.duration', by)).toBe(1);
    expect(countOf(told, 'spendfuse.client.decisions', by)).toBe(1);
    expect(countOf(told, 'gen_ai.client.token.usage')).toBe(0);
  });

  test('is that of the framework where it has one', async () => {
    const told = await play(
      `await trace.getTracer('framework').startActiveSpan('tool', { attributes: {
        'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search',
        'gen_ai.request.model': 'gpt-5' } },
        async (span) => { await ${SPEND}() => {}); span.end(); });`,
      { head: HEAD + sdkWith() },
    );
    expect(settledSpans(told)).toMatchObject([
      { name: 'tool', attributes: { 'spendfuse.decision': 'granted' } },
    ]);
  });

  test('of a refusal and of a failure says so', async () => {
    const told = await play(
      `await runAs({ team: 'poor' }, () => withReservation({ cost: 1, name: 'dear' }, () => {}))
         .catch(() => {});
       await ${SPEND}() => { throw new RangeError('broken'); }).catch(() => {});`,
    );
    const errors = settledSpans(told).map(({ name, attributes: { 'error.type': type } }) => [
      name,
      type,
    ]);
    expect(errors).toEqual([
      ['execute_tool dear', 'budget_exceeded'],
      ['execute_tool search', 'RangeError'],
    ]);
    expect(told.sent).not.toContain('broken');
  });
});
