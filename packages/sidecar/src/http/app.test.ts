// Health and metrics over a real authority without a journal, and whom HTTP answers.
import {
  createAuthority,
  type EntryMeta,
  type LocalAuthority,
  openMemoryLedger,
  type PriceCatalogue,
} from '@spendfuse/authority';
import { type Budget, budgetOf, mintId, parseLimit, usageOf } from '@spendfuse/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { createHttpApp } from './app.ts';

/** One nano-USD for each token. */
const catalogue: PriceCatalogue = {
  version: 'test',
  priceOf: () => ({
    source: 'catalogue',
    tier: 'standard',
    costOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
    worstCostOf: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
  }),
  maxOutputTokensOf: () => 100,
};

const budgets: readonly Budget[] = [
  budgetOf({
    id: 'daily',
    per: ['user'],
    limits: [parseLimit('$0.000001/day'), parseLimit('10 requests/day')],
  }),
];

let authority: LocalAuthority;
let metrics: Metrics;
let ready = true;
const logged: string[] = [];

beforeEach(() => {
  ready = true;
  logged.length = 0;
  authority = createAuthority({ budgets, catalogue, store: openMemoryLedger<EntryMeta>() });
  metrics = createMetrics({ authority, version: '1.2.3' });
});

afterEach(async () => {
  await metrics.close();
  await authority.close();
});

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the listener is bound; default 127.0.0.1. */
  readonly bound?: string;
}

async function get(path: string, { headers, bound = '127.0.0.1' }: Asked = {}): Promise<Response> {
  const app = createHttpApp({
    authority,
    version: 'test',
    isReady: () => ready,
    metricsText: () => metrics.prometheusText(),
    listen: { host: bound, port: 0 },
    log: createLog({ level: 'debug', write: (line) => logged.push(line) }),
  });
  return app.request(path, { headers: { host: '127.0.0.1:4751', ...headers } });
}

/** One call, decided and, if granted, committed with 300 + 200 tokens. */
async function spend(user: string, inputTokens = 300): Promise<void> {
  const nowMs = Date.now();
  const id = mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) });
  const decision = await authority.reserve({
    id,
    call: { labels: { user }, provider: 'openai', model: 'gpt-4o', operation: 'chat' },
    estimate: {
      inputBound: { tokens: inputTokens, exact: true },
      maxOutputTokens: 200,
      choices: 1,
      clampable: false,
    },
  });
  if (decision.kind !== 'granted') return;
  const usage = usageOf({ inputTokens, outputTokens: 200 });
  await authority.commit({ id, usage, usageSource: 'provider' });
}

test('healthy from the start, ready only when calls can be decided', async () => {
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  ready = false;
  const response = await get('/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'not ready' });
  expect((await get('/healthz')).status).toBe(200);
});

test('an unknown route is answered in the shape of errors', async () => {
  const response = await get('/api/balances');
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: { code: 'NOT_FOUND', message: 'GET /api/balances does not exist', field: null },
  });
});

describe('who is answered', () => {
  test.each([
    ['127.0.0.1', { host: 'localhost:4751' }, 200],
    ['127.0.0.1', { host: '[::1]:4751' }, 200],
    ['127.0.0.1', { host: 'evil.example:4751' }, 403],
    ['127.0.0.1', { host: 'localhost:1', origin: 'http://localhost:1' }, 200],
    ['127.0.0.1', { host: 'localhost:1', origin: 'http://localhost:2' }, 403],
    ['127.0.0.1', { origin: 'https://evil.example' }, 403],
    ['127.0.0.1', { origin: 'null' }, 403],
    ['0.0.0.0', { host: 'sidecar.pod:4751' }, 200],
    ['0.0.0.0', { host: 'sidecar.pod:4751', origin: 'https://evil.example' }, 403],
    ['box.local', { host: 'box.local:4751' }, 200],
  ])('bound to %s, %o: %d', async (bound, headers, status) => {
    expect((await get('/healthz', { bound, headers })).status).toBe(status);
  });
});

test('metrics are Prometheus text with every name that has a source', async () => {
  await spend('u1');
  await spend('u1', 5000);
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await response.text()).split('\n');
  const value = (name: string, ...labels: readonly string[]) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) && labels.every((each) => line.includes(each)))
      .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  const cost = ['budget="daily"', 'unit="cost"', 'window="day"', 'scope="user=u1"'];
  expect(value('spendfuse_budget_limit', ...cost)).toEqual([1e-6]);
  expect(value('spendfuse_budget_committed', ...cost)).toEqual([5e-7]);
  expect(value('spendfuse_budget_reserved', ...cost)).toEqual([0]);
  expect(value('spendfuse_budget_remaining', ...cost)).toEqual([5e-7]);
  const model = ['provider="openai"', 'model="gpt-4o"'];
  expect(value('spendfuse_decisions_total', 'decision="granted"', ...model)).toEqual([1]);
  expect(value('spendfuse_decisions_total', 'decision="denied"', 'reason="TOO_LARGE"')).toEqual([
    1,
  ]);
  expect(value('spendfuse_usage_tokens_total', 'token_type="input"', ...model)).toEqual([300]);
  expect(value('spendfuse_usage_tokens_total', 'token_type="output"', ...model)).toEqual([200]);
  expect(value('spendfuse_usage_cost_total', ...model)).toEqual([5e-7]);
  expect(value('spendfuse_reserve_duration_count', 'outcome="granted"')).toEqual([1]);
  expect(value('spendfuse_commit_duration_count', 'outcome="committed"')).toEqual([1]);
  expect(value('process_memory_usage')).toEqual([expect.any(Number)]);
  expect(value('process_cpu_time_total', 'cpu_mode="user"')).toEqual([expect.any(Number)]);
  expect(value('process_uptime')).toEqual([expect.any(Number)]);
});
