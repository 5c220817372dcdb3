// Webhooks against a real receiver that fails in every way it can.
import type { Alert, WebhookConfig } from '@spendfuse/authority';
import { ALERT_EVENTS } from '@spendfuse/authority';
import { mintId } from '@spendfuse/core';
import { startFakeWebhook, until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { backOffMs } from './back-off.ts';
import { AlertQueue } from './alert-queue.ts';
import { type Ending, Webhook, type WebhookOptions } from './webhook.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);
let minted = 0;

function alert(fields: Partial<Alert> = {}): Alert {
  minted += 1;
  const random = new Uint8Array(10).fill(minted % 256);
  const id = mintId({ nowMs: NOON_MS + minted, random });
  return { event: 'test', id, atMs: NOON_MS, ...fields } as Alert;
}

interface Options extends Partial<Omit<WebhookOptions, 'config'>> {
  readonly config?: Partial<WebhookConfig>;
}

function open(url: string, options: Options) {
  const endings: (readonly [string, Ending])[] = [];
  const lines: string[] = [];
  const webhook = new Webhook({
    version: '1.2.3',
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    onEnd: ({ id }, ending) => endings.push([id, ending]),
    pauseMs: () => 1,
    ...options,
    config: {
      name: 'ops',
      url,
      format: 'generic',
      secret: undefined,
      events: ALERT_EVENTS,
      budgets: undefined,
      ...options.config,
    },
  });
  return { webhook, endings, lines };
}

describe('an alert', () => {
  test('is delivered with an id that receivers can recognise it by', async () => {
    await using receiver = await startFakeWebhook();
    const { webhook, endings } = open(receiver.url, {});
    const sent = alert();
    webhook.offer(sent);
    await until(() => endings.length === 1, { what: 'the delivery' });
    const { headers, json, path } = receiver.requests[0] ?? expect.fail('nothing came');
    expect(path).toBe('/hook');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'spendfuse/1.2.3',
      'idempotency-key': sent.id,
      'spendfuse-event': 'test',
    });
    expect(headers).not.toHaveProperty('spendfuse-signature');
    expect(json).toMatchObject({ version: 1, id: sent.id, event: 'test', severity: 'info' });
    expect(endings).toEqual([[sent.id, 'delivered']]);
    await webhook.stop({ withinMs: 1000 });
  });

  test.each([
    ['status 500', [{ status: 500 }, { status: 503 }] as const],
    ['status 429', [{ status: 429, headers: { 'retry-after': '0' } }] as const],
    ['a connection that is reset', ['reset', 'reset'] as const],
    ['no answer', ['hang'] as const],
    ['an answer that comes too late', [{ status: 200, afterMs: 1500 }] as const],
  ])('is tried again, with the same id, after %s', async (_, answers) => {
    await using receiver = await startFakeWebhook();
    receiver.answerNext(...answers);
    const { webhook, endings, lines } = open(receiver.url, { timeoutMs: 500 });
    const sent = alert();
    webhook.offer(sent);
    await until(() => endings.length === 1, { what: 'the delivery' });
    expect(endings).toEqual([[sent.id, 'delivered']]);
    expect(receiver.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(
      [...answers, 'the good one'].map(() => sent.id),
    );
    expect(lines.filter((line) => line.includes('does not take alerts'))).toHaveLength(1);
    expect(lines.join('')).toContain('webhook answers again');
    await webhook.stop({ withinMs: 1000 });
  });

  test.each([400, 401, 404, 410, 301, 307])('is given up after status %i', async (status) => {
    await using receiver = await startFakeWebhook();
    await using elsewhere = await startFakeWebhook();
    receiver.answerNext({ status, headers: { location: elsewhere.url } });
    const { webhook, endings, lines } = open(receiver.url, {});
    webhook.offer(alert());
    await until(() => endings.length === 1, { what: 'the end' });
    expect(endings).toMatchObject([[expect.anything(), 'failed']]);
    expect(receiver.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
    expect(lines.join('')).toMatch(`why="status ${status}`);
    await webhook.stop({ withinMs: 1000 });
  });

  test('for a port that nobody may send to is given up', async () => {
    const { webhook, endings, lines } = open('http://127.0.0.1:9/hook', {});
    webhook.offer(alert());
    await until(() => endings.length === 1, { what: 'the end' });
    expect(lines.join('')).toContain('the port is one that HTTP clients refuse');
    await webhook.stop({ withinMs: 1000 });
  });

  test('waits for a receiver that is restarted', async () => {
    await using receiver = await startFakeWebhook();
    await receiver.stop();
    const { webhook, endings } = open(receiver.url, { pauseMs: () => 20 });
    webhook.offer(alert());
    webhook.offer(alert());
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(endings).toEqual([]);
    await receiver.restart();
    await until(() => endings.length === 2, { what: 'the deliveries' });
    expect(receiver.requests).toHaveLength(2);
    await webhook.stop({ withinMs: 1000 });
  });

  test('leaves no trace of the address or the secret in the log', async () => {
    await using receiver = await startFakeWebhook();
    receiver.answerNext({ status: 500 }, 'reset', { status: 404, body: receiver.url });
    const url = `${receiver.url}/T0KEN?key=K3Y`;
    const secret = 'a-secret-of-some-length';
    const { webhook, endings, lines } = open(url, { config: { secret } });
    webhook.offer(alert());
    await until(() => endings.length === 1, { what: 'the end' });
    await receiver.stop();
    webhook.offer(alert());
    await until(() => lines.some((line) => line.includes('ECONNREFUSED')), { what: 'a failure' });
    await webhook.stop({ withinMs: 0 });
    expect(lines.join('')).not.toMatch(/T0KEN|K3Y|127\.0\.0\.1|a-secret/);
  });
});

describe('many alerts', () => {
  test('are sent a few at a time', async () => {
    await using receiver = await startFakeWebhook();
    receiver.answerAlways({ status: 200, afterMs: 10 });
    const { webhook, endings } = open(receiver.url, {});
    for (let i = 0; i < 40; i++) webhook.offer(alert());
    await until(() => endings.length === 40, { what: 'all deliveries' });
    expect(receiver.mostAtOnce()).toBe(4);
    await webhook.stop({ withinMs: 1000 });
  });

  test('beyond the bound of the queue drop the oldest of the least severe', () => {
    const queue = new AlertQueue({ maxLength: 3 });
    const critical = alert({ event: 'ledger_failed' });
    const [first, second, third] = [alert(), alert(), alert()];
    expect([critical, first, second].map((each) => queue.push(each))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(queue.push(third)).toBe(first);
    expect(queue.push(alert({ event: 'ledger_failed' }))).toBe(second);
    expect(queue.push(alert({ event: 'ledger_failed' }))).toBe(third);
    expect(queue.drain().map(({ event }) => event)).toEqual(Array(3).fill('ledger_failed'));
  });

  test('that a receiver does not take are dropped, counted and told of now and then', async () => {
    await using receiver = await startFakeWebhook();
    receiver.answerAlways('hang');
    const { webhook, endings, lines } = open(receiver.url, {});
    for (let i = 0; i < 1104; i++) webhook.offer(alert());
    expect(endings).toHaveLength(100);
    expect(endings.every(([, ending]) => ending === 'dropped')).toBe(true);
    expect(lines.filter((line) => line.includes('alerts dropped'))).toHaveLength(7);
    expect(await webhook.stop({ withinMs: 0 })).toHaveLength(1004);
  });
});

describe('at the end', () => {
  test('what is queued is sent first', async () => {
    await using receiver = await startFakeWebhook();
    receiver.answerAlways({ status: 200, afterMs: 5 });
    const { webhook } = open(receiver.url, {});
    for (let i = 0; i < 20; i++) webhook.offer(alert());
    expect(await webhook.stop({ withinMs: 10_000 })).toEqual([]);
    expect(receiver.requests).toHaveLength(20);
  });

  test('what cannot be sent is given back, at once where it only waits for another attempt', async () => {
    await using receiver = await startFakeWebhook();
    receiver.answerAlways({ status: 500 });
    const { webhook, endings } = open(receiver.url, { pauseMs: () => 3_600_000 });
    const alerts = [alert(), alert(), alert(), alert(), alert(), alert()];
    for (const each of alerts) webhook.offer(each);
    await until(() => receiver.requests.length === 4, { what: 'first attempts' });
    const left = await webhook.stop({ withinMs: 10_000 });
    expect(left.map(({ id }) => id).toSorted()).toEqual(alerts.map(({ id }) => id));
    expect(receiver.requests).toHaveLength(6);
    expect(endings).toEqual([]);
  });
});

describe('which alerts a webhook wants', () => {
  const limit = { budget: 'team-a', scope: {}, unit: 'cost', window: 'day', limit: 1 } as const;
  const threshold = alert({
    ...limit,
    event: 'threshold',
    committed: 1,
    reserved: 0,
    mode: 'enforce',
    threshold: 1,
    repeated: false,
  });
  test.each<readonly [Partial<WebhookConfig>, Alert, boolean]>([
    [{}, threshold, true],
    [{ events: ['denied', 'threshold'] }, threshold, true],
    [{ events: ['denied'] }, threshold, false],
    [{ budgets: ['team-*'] }, threshold, true],
    [{ budgets: ['user-*'] }, threshold, false],
    [{ budgets: ['team-*', '!team-a'] }, threshold, false],
    [{ budgets: ['!user-*'] }, threshold, true],
    [{ budgets: ['user-*'] }, alert({ event: 'ledger_failed' }), true],
  ])('%j', (config, about, wanted) => {
    expect(open('http://127.0.0.1:9', { config }).webhook.wants(about)).toBe(wanted);
  });
});

test.each([
  [{ failures: 1, random: 0 }, 500],
  [{ failures: 1, random: 1 }, 1000],
  [{ failures: 5, random: 1 }, 16_000],
  [{ failures: 50, random: 1 }, 300_000],
  [{ failures: 1, random: 0, retryAfterMs: 30_000 }, 30_000],
  [{ failures: 1, random: 0, retryAfterMs: 1e12 }, 3_600_000],
])('back-off of %j', (input, ms) => {
  expect(backOffMs(input)).toBe(ms);
});
