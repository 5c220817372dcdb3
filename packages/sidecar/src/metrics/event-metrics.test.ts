// Event metrics: each call is counted under its own provider and model, whatever came before it.
import type { AuthorityEvent } from '@spendfuse/authority';
import { type Call, type Decision, usageOf } from '@spendfuse/core';
import type { ObservableCallback } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { Distributions } from './distribution.ts';
import { eventMetrics } from './event-metrics.ts';

/** What the events come to: `name value attribute=value …`, in any order. */
function countsOf(events: readonly AuthorityEvent[]): readonly string[] {
  const lines: string[] = [];
  const callbacks: (() => void)[] = [];
  const meter = new MeterProvider().getMeter('test');
  meter.createObservableCounter = (name) => {
    const addCallback = (callback: ObservableCallback): void => {
      const observe = (value: number, attributes: object = {}): void => {
        const which = Object.entries(attributes).map(([key, of]) => `${key}=${of}`);
        lines.push([name.replace('spendfuse.', ''), value, ...which].join(' '));
      };
      callbacks.push(() => void callback({ observe }));
    };
    return { addCallback, removeCallback: () => undefined };
  };
  const listener = eventMetrics({
    meter,
    distributions: new Distributions({ name: '', version: '' }),
  });
  for (const event of events) listener(event);
  for (const callback of callbacks) callback();
  return lines;
}

const callOf = (provider: string, model: string): Call => ({
  labels: {},
  provider,
  model,
  operation: 'chat',
});

const granted = (call: Call, more: Partial<Decision> = {}): AuthorityEvent => {
  const held = { costNanoUsd: 1, tokens: 1 };
  const plain = { kind: 'granted', id: 'a', expiresAtMs: 1, held, waitedMs: 0, shadow: [] };
  return { kind: 'decision', call, decision: { ...plain, ...more } as Decision, durationMs: 1 };
};

const committed = (call: Call, costNanoUsd: number | undefined): AuthorityEvent => ({
  kind: 'commit',
  call,
  usage: usageOf({ inputTokens: 10, outputTokens: 2 }),
  committed: { id: 'a', costNanoUsd, catalogue: 'c', overrunNanoUsd: 0, late: false },
  held: undefined,
  durationMs: 1,
});

it('counts each call under its provider and model, in turns as well', () => {
  const gpt = callOf('openai', 'gpt-5');
  const same = callOf('azure', 'gpt-5');
  const local = callOf('ollama', 'llama');
  const calls = [gpt, same, gpt, local];
  const events = calls.flatMap((call) => [
    granted(call),
    committed(call, call === local ? undefined : 2_000_000_000),
  ]);
  const counts = countsOf([...events, granted(gpt, { maxOutputTokens: 5 })]);
  const decided = 'reason= budget=';
  expect(counts.toSorted()).toEqual([
    `decisions 1 decision=clamped ${decided} provider=openai model=gpt-5`,
    `decisions 1 decision=granted ${decided} provider=azure model=gpt-5`,
    `decisions 1 decision=granted ${decided} provider=ollama model=llama`,
    `decisions 2 decision=granted ${decided} provider=openai model=gpt-5`,
    'usage.cost 2 provider=azure model=gpt-5',
    'usage.cost 4 provider=openai model=gpt-5',
    'usage.tokens 10 provider=azure model=gpt-5 token_type=input',
    'usage.tokens 10 provider=ollama model=llama token_type=input',
    'usage.tokens 2 provider=azure model=gpt-5 token_type=output',
    'usage.tokens 2 provider=ollama model=llama token_type=output',
    'usage.tokens 20 provider=openai model=gpt-5 token_type=input',
    'usage.tokens 4 provider=openai model=gpt-5 token_type=output',
  ]);
});

it('counts what is beyond the bound of models as one', () => {
  const calls = Array.from({ length: 1500 }, (_, n) => callOf('openai', `m${n}`));
  const counts = countsOf([...calls, ...calls].map((call) => committed(call, 1e9)));
  expect(counts).toContain('usage.cost 2 provider=openai model=m999');
  expect(counts).toContain('usage.cost 1000 provider=(other) model=(other)');
});
