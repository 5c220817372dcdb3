// Who spends: nesting, merging, runs, bad labels, baggage, and what runs later.
import { EventEmitter } from 'node:events';
import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BaggageEntry,
  context,
  type Context,
  type ContextManager,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callLabels, currentLabels, runAs } from './context.ts';

test('nested labels merge, the inner value wins, and the outside sees nothing of them', async () => {
  const seen = await runAs({ team: 'search', user: 'u1' }, () =>
    runAs({ user: 'u2' }, async () => {
      await sleep(1);
      return [callLabels({ labels: { team: 'from-env', env: 'prod' } }), currentLabels()];
    }),
  );
  const own = { team: 'search', user: 'u2' };
  expect(seen).toEqual([{ ...own, env: 'prod' }, own]);
  expect(currentLabels()).toEqual({});
});

test('bad labels are refused before anything runs', () => {
  let ran = false;
  const run = (labels: Record<string, string>) => () => runAs(labels, () => (ran = true));
  expect(run({ Team: 'x' })).toThrow(/labels\.Team/u);
  expect(run({ model: 'x' })).toThrow(/computed/u);
  expect(run({ user: 'a\nb' })).toThrow(/control characters/u);
  expect(run({ run: 'a//b' })).toThrow(/labels\.run: a level of the path is empty/u);
  expect(ran).toBe(false);
});

describe('runs', () => {
  const runsOf = (...path: readonly string[]): string | undefined => {
    const [first, ...rest] = path;
    if (first === undefined) return callLabels({ labels: {} })['run'];
    return runAs({ run: first }, () => runsOf(...rest));
  };
  test.each([
    ['one below the other', ['agent', 'research', 'search'], 'agent/research/search'],
    ['a path that is whole already', ['agent', 'agent/research'], 'agent/research'],
    ['the same run again', ['agent', 'agent'], 'agent'],
    ['a name that only begins alike', ['agent', 'agent2'], 'agent/agent2'],
  ])('%s', (_, path, run) => {
    expect(runsOf(...path)).toBe(run);
  });

  test('below the run of the process', () => {
    const labels = { run: 'job-7', team: 'search' };
    expect(callLabels({ labels })).toEqual(labels);
    expect(runAs({ run: 'step' }, () => callLabels({ labels })['run'])).toBe('job-7/step');
    expect(runAs({ run: 'job-7/step' }, () => callLabels({ labels })['run'])).toBe('job-7/step');
  });

  test('deeper than eight levels is refused', () => {
    expect(() => runsOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')).toThrow(
      /labels\.run: at most 8 levels/u,
    );
  });
});

describe('what runs later', () => {
  test('timers, and streams read inside', async () => {
    const seen: unknown[] = [];
    await runAs({ user: 'u1' }, async () => {
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
      seen.push(currentLabels()['user']);
      for await (const _ of new Blob(['x']).stream()) seen.push(currentLabels()['user']);
    });
    expect(seen).toEqual(['u1', 'u1']);
  });

  test('a listener runs as who emits, or as who bound it', () => {
    const seen: unknown[] = [];
    const emitter = new EventEmitter();
    const listen = (): void => void seen.push(currentLabels()['user']);
    runAs({ user: 'listener' }, () => {
      emitter.on('free', listen);
      emitter.on('bound', AsyncResource.bind(listen));
    });
    runAs({ user: 'emitter' }, () => emitter.emit('free') && emitter.emit('bound'));
    expect(seen).toEqual(['emitter', 'listener']);
  });
});

describe('baggage', () => {
  let active: Context = ROOT_CONTEXT;
  const manager: ContextManager = {
    active: () => active,
    with: (_, fn, thisArg, ...args) => fn.apply(thisArg, args),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  const carry = (entries: Readonly<Record<string, string>>): void => {
    const values = Object.entries(entries).map(([name, value]) => [name, { value }] as const);
    const baggage = propagation.createBaggage(Object.fromEntries<BaggageEntry>(values));
    active = propagation.setBaggage(ROOT_CONTEXT, baggage);
  };
  beforeEach(() => void context.setGlobalContextManager(manager));
  afterEach(() => {
    context.disable();
    active = ROOT_CONTEXT;
  });

  test('only what is named is trusted; it goes under the process, and under runAs', () => {
    carry({ user: 'u1', team: 'from-baggage', tier: 'gold' });
    const labels = { team: 'search' };
    expect(callLabels({ labels })).toEqual(labels);
    const sources = { labels, baggage: ['user', 'team', 'plan'] };
    expect(callLabels(sources)).toEqual({ team: 'search', user: 'u1' });
    expect(runAs({ user: 'u2' }, () => callLabels(sources)['user'])).toBe('u2');
  });

  test('runs of other services are above ours', () => {
    carry({ run: 'job/step' });
    const sources = { labels: { run: 'job' }, baggage: ['run'] };
    expect(runAs({ run: 'call' }, () => callLabels(sources)['run'])).toBe('job/step/call');
  });

  test('a value that can be no label leaves nobody to charge', () => {
    carry({ user: 'x'.repeat(257) });
    const sources = { labels: {}, baggage: ['user'] };
    expect(() => callLabels(sources)).toThrow(/baggage\.user: the value is longer than 256/u);
    expect(callLabels({ labels: {} })).toEqual({});
  });
});
