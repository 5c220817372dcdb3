// The alert watcher: what it looks at, when, and what it remembers over a restart.
import { describe, expect, test } from 'vitest';
import type { AuthorityEvent } from '../event.ts';
import type { Alert } from './alert.ts';
import type { ClockReading } from './clock-jump.ts';
import type { Standing } from './crossings.ts';
import type { AlertSource, Changed } from './source.ts';
import { AlertWatcher } from './watcher.ts';

const NOON_MS = Date.UTC(2026, 9, 18, 12);
const MINUTE_MS = 60_000;

/** An authority of counters that tests set as they like. */
function fakeSource() {
  const documents = new Map<string, unknown>();
  const counters = new Map<string, number>();
  const limits = new Map<string, number>();
  let onChanged: (changed: readonly Changed[]) => void = () => undefined;
  let onEvent: (event: AuthorityEvent) => void = () => undefined;
  const state = { nowMs: NOON_MS, ready: true, reads: 0, period: 0 };
  const source: AlertSource = {
    standing(key): Standing | undefined {
      state.reads += 1;
      if (!state.ready) throw new Error('the ledger is not ready');
      const committed = counters.get(key);
      return committed === undefined
        ? undefined
        : {
            budget: { id: 'daily', mode: 'enforce', alerts: { thresholds: [0.8] } },
            scopeKey: `user=${key}`,
            unit: 'cost',
            window: { kind: 'calendar', period: 'day', zone: 'UTC' },
            period: state.period,
            limit: limits.get(key) ?? 100,
            committed,
            reserved: 0,
            resetAtMs: undefined,
          };
    },
    counterKeys: () => counters.keys(),
    nowMs: () => state.nowMs,
    ready: () => state.ready,
    onEvent: (listener) => (onEvent = listener),
    onChanged: (listener) => (onChanged = listener),
    memory: {
      documents: (prefix) =>
        [...documents]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => ({ key, value })),
      put(key, value) {
        if (!state.ready) return Promise.reject(new Error('the ledger is not ready'));
        if (value === null) documents.delete(key);
        else documents.set(key, JSON.parse(JSON.stringify(value)));
        return Promise.resolve();
      },
    },
  };
  return {
    source,
    state,
    counters,
    limits,
    documents,
    /** A verb has changed the counter. */
    spend(key: string, committed: number) {
      counters.set(key, committed);
      onChanged([{ counter: { key } }]);
    },
    emit: (event: AuthorityEvent) => onEvent(event),
  };
}

function watch(source: AlertSource, readClock?: () => ClockReading) {
  const alerts: Alert[] = [];
  const steady = { wallMs: NOON_MS, steadyMs: 0 };
  const watcher = new AlertWatcher({
    source,
    denialsEveryMs: MINUTE_MS,
    onAlert: (alert) => alerts.push(alert),
    readClock: readClock ?? (() => steady),
  });
  const events = () => alerts.splice(0).map(({ event }) => event);
  return { watcher, alerts, events };
}

describe('a counter', () => {
  test('that a verb has changed is looked at within a second, and told of once', async () => {
    const fake = fakeSource();
    const { watcher, events } = watch(fake.source);
    fake.spend('u1', 85);
    await watcher.look();
    expect(events()).toEqual(['threshold']);
    fake.spend('u1', 86);
    await watcher.look();
    expect(events()).toEqual([]);
    await watcher.stop();
  });

  test('that no verb has changed is seen on the round: another amount', async () => {
    const fake = fakeSource();
    const { watcher, events } = watch(fake.source);
    fake.spend('u1', 50);
    await watcher.look();
    expect(events()).toEqual([]);
    fake.limits.set('u1', 60);
    await watcher.look();
    expect(events()).toEqual(['threshold']);
    await watcher.stop();
  });

  test('is remembered over a restart, and forgotten when its period is over', async () => {
    const fake = fakeSource();
    const first = watch(fake.source);
    fake.spend('u1', 85);
    await first.watcher.stop();
    expect(first.events()).toEqual(['threshold']);
    expect([...fake.documents.keys()]).toEqual(['alert/sent/u1']);

    const second = watch(fake.source);
    fake.spend('u1', 90);
    await second.watcher.look();
    expect(second.events()).toEqual([]);

    fake.state.period = 1;
    fake.counters.set('u1', 0);
    await second.watcher.look();
    expect(fake.documents.size).toBe(0);
    fake.spend('u1', 80);
    await second.watcher.look();
    expect(second.events()).toEqual(['threshold']);

    fake.counters.clear();
    await second.watcher.look();
    await second.watcher.look();
    expect(fake.documents.size).toBe(0);
    await second.watcher.stop();
  });

  test('is one of a hundred thousand: none is missed, and the event loop is not held', async () => {
    const fake = fakeSource();
    const { watcher, alerts } = watch(fake.source);
    for (let i = 0; i < 100_000; i++) fake.spend(`u${i}`, i === 3 ? 90 : 1);
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    for (let i = 0; i < 200 && fake.state.reads < 100_000; i++) await watcher.look();
    clearInterval(counting);
    expect(alerts.map(({ event }) => event)).toEqual(['threshold']);
    expect(turns).toBeGreaterThan(5);
    await watcher.stop();
  });
});

describe('the ledger', () => {
  test('that cannot be written is told of, and its recovery; what happened is made up for', async () => {
    const fake = fakeSource();
    const clock = { wallMs: NOON_MS, steadyMs: 0 };
    const { watcher, events, alerts } = watch(fake.source, () => ({ ...clock }));
    fake.state.ready = false;
    await watcher.look();
    await watcher.look();
    expect(events()).toEqual(['ledger_failed']);
    fake.counters.set('u1', 85);
    fake.state.ready = true;
    clock.wallMs += 4000;
    clock.steadyMs += 4000;
    await watcher.look();
    expect(alerts[0]).toMatchObject({ event: 'ledger_recovered', downMs: 4000 });
    expect(events()).toEqual(['ledger_recovered', 'threshold']);
    await watcher.stop();
  });
});

describe('the clock', () => {
  test.each([
    ['6 minutes forward', 6, ['clock_jump']],
    ['6 minutes back', -6, ['clock_jump']],
    ['4 minutes forward', 4, []],
  ])('set %s', async (_, minutes, told) => {
    const fake = fakeSource();
    const clock = { wallMs: NOON_MS, steadyMs: 0 };
    const { watcher, events } = watch(fake.source, () => ({ ...clock }));
    clock.wallMs += minutes * MINUTE_MS + 1000;
    clock.steadyMs += 1000;
    await watcher.look();
    await watcher.look();
    expect(events()).toEqual(told);
    await watcher.stop();
  });

  test('set back while nobody looked: the ledger knows a later time', async () => {
    const fake = fakeSource();
    const early = { wallMs: NOON_MS - 60 * MINUTE_MS, steadyMs: 0 };
    const { watcher, alerts } = watch(fake.source, () => early);
    await watcher.look();
    expect(alerts).toMatchObject([{ event: 'clock_jump', jumpMs: -60 * MINUTE_MS }]);
    await watcher.stop();
  });
});

test('an event of the authority is told at once, its repetitions as a count', async () => {
  const fake = fakeSource();
  const { watcher, alerts } = watch(fake.source);
  const call = { labels: {}, provider: 'openai', model: 'gpt-9', operation: 'chat' };
  for (let i = 0; i < 5; i++) fake.emit({ kind: 'unpriced', call });
  expect(alerts).toMatchObject([{ event: 'unpriced', model: 'gpt-9', count: 1 }]);
  fake.state.nowMs += 60 * MINUTE_MS;
  await watcher.look();
  expect(alerts.slice(1)).toMatchObject([{ event: 'unpriced', model: 'gpt-9', count: 4 }]);
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(2);
  await watcher.stop();
});
