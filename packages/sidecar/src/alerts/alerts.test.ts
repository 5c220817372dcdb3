// Alerts of a whole sidecar: spent through its authority, received by a webhook and an OTLP receiver.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '@spendfuse/authority';
import { mintId, usageOf } from '@spendfuse/core';
import {
  createFakeClock,
  type FakeClock,
  type FakeWebhook,
  startFakeOtlp,
  startFakeWebhook,
  type TempFolder,
  tempFolder,
  until,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { type Sidecar, type SidecarOptions, startSidecar } from '../main.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);
const CALL = { labels: { team: 'search' }, provider: 'openai', model: 'gpt-4o', operation: 'chat' };
const SECRET = '0123456789abcdef0123456789abcdef';

let receiver: FakeWebhook;
let folder: TempFolder;
let clock: FakeClock;
let lines: string[];
let minted = 0;

beforeEach(async () => {
  receiver = await startFakeWebhook();
  folder = await tempFolder();
  clock = createFakeClock(NOON_MS);
  lines = [];
});

afterEach(async () => {
  await receiver.stop();
  await folder.remove();
});

const REQUESTS = '{ id: daily, per: [team], limits: [10 requests/day], alerts: [50%, 80%] }';

function start(budget = REQUESTS, options: SidecarOptions = {}): Promise<Sidecar> {
  const configFile = join(folder.path, 'budgets.yaml');
  const webhook = `{ url: '${receiver.url}', secret: ${SECRET} }`;
  writeFileSync(configFile, `budgets: [${budget}]\nalerts: { webhooks: [${webhook}] }\n`);
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const dataFolder = join(folder.path, 'data');
  return startSidecar({ configFile, dataFolder, durability: 'process', clock, log, ...options });
}

function newId(): string {
  minted += 1;
  const random = new Uint8Array(10).map((_, i) => (i < 8 ? i : minted >> (8 * (9 - i))));
  return mintId({ nowMs: clock.now(), random });
}

/** Calls that use up one request each. */
async function spend({ authority }: Sidecar, calls: number): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const id = newId();
    const usage = usageOf({ inputTokens: 10, outputTokens: 10 });
    const call = { ...CALL, reservedAtMs: clock.now() };
    await authority.record({ id, usage, usageSource: 'provider', call });
  }
}

const estimate = {
  inputBound: { tokens: 10, exact: true },
  maxOutputTokens: 10,
  choices: 1,
  clampable: false,
};

function events(): readonly unknown[] {
  return receiver.requests.map(({ json }) => json['event']);
}

function received(count: number): Promise<unknown> {
  return until(() => receiver.requests.length >= count, { what: `${count} alerts` });
}

describe('a threshold', () => {
  test('is told once per period, also over a restart, and signed', async () => {
    const first = await start();
    await spend(first, 8);
    await received(1);
    expect(receiver.requests[0]?.json).toMatchObject({
      event: 'threshold',
      budget: 'daily',
      scope: { team: 'search' },
      threshold: 0.8,
      limit: '10',
      committed: '8',
      resetAt: '2026-10-19T00:00:00.000Z',
    });
    expect(receiver.requests[0]?.headers['spendfuse-signature']).toMatch(
      /^t=\d+,v1=[0-9a-f]{64}$/u,
    );
    await first.stop();

    const second = await start();
    await spend(second, 1);
    await second.stop();
    expect(events()).toEqual(['threshold']);

    clock.advance(86_400_000);
    const third = await start();
    await spend(third, 8);
    await third.stop();
    expect(events().filter((event) => event === 'threshold')).toHaveLength(2);
    expect(lines.filter((line) => line.includes('event=threshold'))).toHaveLength(2);
  });

  test('is told when the file lowers the amount while nothing runs', async () => {
    const first = await start(REQUESTS.replace('10', '100'));
    await spend(first, 8);
    await first.stop();
    expect(events()).toEqual([]);
    const second = await start();
    await received(1);
    expect(events()).toEqual(['threshold']);
    await second.stop();
  });
});

test('a receiver that is down gets its alerts after a restart of the sidecar', async () => {
  await receiver.stop();
  const first = await start();
  await spend(first, 5);
  await until(() => lines.some((line) => line.includes('does not take')), { what: 'a failure' });
  await first.stop();
  await receiver.restart();
  const second = await start();
  await received(1);
  expect(receiver.requests[0]?.json).toMatchObject({ event: 'threshold', threshold: 0.5 });
  await second.stop();
  const third = await start();
  await third.stop();
  expect(receiver.requests).toHaveLength(1);
});

test('denials, overdrafts and models without a price', async () => {
  const sidecar = await start(
    '{ id: daily, limits: [2 requests/day, $5/day], onShortage: [deny] }',
  );
  const { authority } = sidecar;
  await spend(sidecar, 3);
  for (let i = 0; i < 5; i++) await authority.reserve({ id: newId(), call: CALL, estimate });
  const call = { ...CALL, model: 'unheard-of' };
  await authority.reserve({ id: newId(), call, estimate });
  await sidecar.stop();
  const told = receiver.requests.map(({ json }) =>
    [json['event'], json['reason'], json['count']]
      .filter((part) => typeof part === 'string' || typeof part === 'number')
      .join(' '),
  );
  expect(new Set(told)).toEqual(
    new Set([
      'denied EXHAUSTED 1',
      'denied EXHAUSTED 4',
      'denied UNPRICED 1',
      'overdraft',
      'unpriced 1',
    ]),
  );
});

test('a budgets file that is wrong is told of once, until one is right', async () => {
  const sidecar = await start();
  for (const detail of ['3:5: a', '3:5: a', '4:5: b']) sidecar.alerts.configRejected(detail);
  await received(2);
  expect(receiver.requests.map(({ json }) => json['detail'])).toEqual(['3:5: a', '4:5: b']);
  await sidecar.stop();
});

test('another webhook takes over when the file names another', async () => {
  await using other = await startFakeWebhook();
  const sidecar = await start();
  receiver.answerAlways({ status: 500 });
  sidecar.alerts.configRejected('the first');
  await received(1);
  const { webhooks } = parseConfig(`alerts: { webhooks: { url: '${other.url}' } }`).alerts;
  await sidecar.alerts.configure({ webhooks, denialsEveryMs: 1000 });
  await until(() => other.requests.length === 1, { what: 'the alert at the new address' });
  expect(other.requests[0]?.json['detail']).toBe('the first');
  await sidecar.stop();
});

test('alerts are OpenTelemetry log events, and counted', async () => {
  await using otlp = await startFakeOtlp();
  const sidecar = await start(REQUESTS, { otlpEndpoint: otlp.url });
  await spend(sidecar, 5);
  await received(1);
  await sidecar.stop();
  expect(otlp.logs()).toMatchObject([
    {
      eventName: 'spendfuse.alert',
      severityText: 'WARN',
      body: expect.stringContaining('50 %'),
      resource: { 'service.name': 'spendfuse-sidecar' },
      attributes: {
        'spendfuse.alert.event': 'threshold',
        'spendfuse.alert.threshold': 0.5,
        'spendfuse.budget': 'daily',
        'spendfuse.scope': 'team=search',
        'spendfuse.limit': 10,
      },
    },
  ]);
  const counts = otlp.metrics().filter(({ name }) => name === 'spendfuse.alerts');
  const outcomes = counts.map(({ attributes, value }) => [attributes['outcome'], value]);
  expect(new Set(outcomes.map(String))).toEqual(new Set(['told,1', 'delivered,1']));
});

test('a sidecar ends although nobody answers', async () => {
  await using otlp = await startFakeWebhook();
  otlp.answerAlways('hang');
  receiver.answerAlways('hang');
  const sidecar = await start(REQUESTS, { otlpEndpoint: otlp.url.replace('/hook', '') });
  await spend(sidecar, 5);
  await received(1);
  await sidecar.stop();
  expect(lines.at(-1)).toContain('stopped');
});
