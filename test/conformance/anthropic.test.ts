// The Anthropic provider reads real traffic right: fixtures here, and recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNoopMeter, trace } from '@opentelemetry/api';
import type { CommitRequest, ReleaseRequest } from '@spendfuse/core';
import { createGuard, createTelemetry, createTokenCounter } from '@spendfuse/guard';
import { anthropic, type JsonObject, type Metered, type ResponseFacts } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { loadExchanges } from '../support/outcomes-exchanges.ts';
import { replay } from '../support/outcomes-replay.ts';
import { createRecordingAuthority, grant } from '../support/recording-authority.ts';

interface Exchange {
  readonly api: string;
  readonly stream: boolean;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: string };
  readonly expected: {
    readonly model: string | null;
    readonly usage: Readonly<Record<string, number>> | null;
    readonly notes?: string;
  };
}

type Named = readonly (readonly [string, Exchange])[];

const messages: Metered = {
  kind: 'metered',
  api: 'messages',
  operation: 'chat',
  path: '/v1/messages',
};
const fixtures = load(fileURLToPath(new URL('fixtures/anthropic', import.meta.url)));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const folder = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
const recordings = load(join(folder, 'anthropic'));

function load(from: string): Named {
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => [path, JSON.parse(readFileSync(join(from, path), 'utf8')) as Exchange]);
}

/** Whole events, the blank line included. */
function eventsOf({ response }: Exchange): readonly string[] {
  return response.body.split(/(?<=\r?\n\r?\n)/u);
}

function read(exchange: Exchange): ResponseFacts {
  const { stream, response } = exchange;
  if (!stream) return anthropic.usage('messages', JSON.parse(response.body));
  const reader = anthropic.stream('messages');
  for (const block of eventsOf(exchange)) {
    const name = /^event: (.*)$/mu.exec(block)?.[1];
    const data = /^data: (.*)$/mu.exec(block)?.[1];
    if (data === undefined) continue;
    reader.read({ name, data });
    // What is known so far can be asked for at any time.
    reader.facts();
  }
  return reader.facts();
}

function check(exchange: Exchange): void {
  const { expected, request, response } = exchange;
  const path = new URL(request.url).pathname;
  expect(anthropic.match({ method: 'POST', path })).toMatchObject({ api: 'messages' });
  const facts = read(exchange);
  const usage = facts.usage && {
    input_tokens: facts.usage.inputTokens,
    output_tokens: facts.usage.outputTokens,
    cache_read_tokens: facts.usage.cacheReadTokens,
    cache_write_tokens: facts.usage.cacheWriteTokens,
    reasoning_tokens: facts.usage.reasoningTokens,
  };
  expect(usage ?? null).toEqual(expected.usage);
  if (response.status < 400) expect(facts.model ?? null).toBe(expected.model);
  else expect(facts.errorType).toBeTruthy();
}

describe('fixtures', () => {
  test.each(fixtures)('%s', (_, exchange) => {
    check(exchange);
  });
});

const found = recordings.length === 0 ? `, none at ${folder}` : '';
test(`${recordings.length} recorded exchanges${found}`, () => {
  for (const [path, exchange] of recordings) {
    try {
      check(exchange);
    } catch (error) {
      throw new Error(`${path}: ${String(error)}`, { cause: error });
    }
  }
});

/** A recording whose cache writes were put in by hand: their parts beside them are 0. */
const EDITED = 'capture-and-transform-anthropic-cache-tokens';

test('no input is above its bounds, neither by bytes nor counted', async () => {
  const tokens = createTokenCounter();
  for (const [path, { request, expected }] of [...fixtures, ...recordings]) {
    const body = request.body as JsonObject | null;
    if (typeof body !== 'object' || body === null || !expected.usage) continue;
    const { model, softInput } = anthropic.request(messages, body);
    if (softInput || path.includes(EDITED)) continue;
    const { texts, extraTokens, maxTokens } = anthropic.bound(messages, body);
    const counted = (await tokens.count({ model, texts })) + extraTokens;
    const told = { path, input: expected.usage['input_tokens'], counted, bytes: maxTokens };
    const holds = told.counted >= Number(told.input) && told.bytes >= told.counted;
    expect(holds ? 'holds' : told).toBe('holds');
  }
});

/** Of one stream: the longest has 750 events. */
const MOST_CUTS = process.env['SPENDFUSE_TEST_LONG'] ? Infinity : 50;

describe('a stream that is cut behind its events', () => {
  const streams = [...fixtures, ...recordings].filter(([, { stream }]) => stream);

  test.each(streams)('%s', async (_, exchange) => {
    const { usage, model } = exchange.expected;
    const most = Number(usage?.['output_tokens']) + 100;
    // As many bytes as the call had tokens: a bound of them.
    const content = 'x'.repeat(Number(usage?.['input_tokens']));
    const body = { model, max_tokens: most, stream: true, messages: [{ role: 'user', content }] };
    const events = eventsOf(exchange);
    const step = Math.max(1, Math.floor(events.length / MOST_CUTS));
    for (let count = 1; count < events.length; count += step) {
      const { commit, release, held } = await cutAfter(events.slice(0, count), body);
      expect(release).toBeUndefined();
      const { inputTokens = 0, outputTokens = 0 } = commit?.usage ?? {};
      const facts = read({
        ...exchange,
        response: { status: 200, body: events.slice(0, count).join('') },
      });
      const outputs = 'outputEvents' in facts ? Number(facts.outputEvents) : 0;
      expect(outputTokens).toBeGreaterThanOrEqual(outputs);
      expect(inputTokens).toBeGreaterThanOrEqual(facts.usage?.inputTokens ?? 0);
      expect(inputTokens + outputTokens).toBeLessThanOrEqual(held);
    }
  });
});

interface Cut {
  readonly commit: CommitRequest | undefined;
  readonly release: ReleaseRequest | undefined;
  /** In tokens. */
  readonly held: number;
}

/** Plays the events through the guard, and then the connection breaks. */
async function cutAfter(events: readonly string[], body: JsonObject): Promise<Cut> {
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: {},
    onUnavailable: 'deny',
  });
  const response = await guard.call({
    provider: anthropic,
    match: messages,
    request: {
      url: new URL('https://api.anthropic.com/v1/messages'),
      body: { kind: 'json', text: JSON.stringify(body) },
    },
    send: async () =>
      new Response(broken(events), {
        headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      }),
  });
  await expect(response.text()).rejects.toThrow('the connection broke');
  const [reserve] = authority.reserves;
  const decision = reserve && grant(reserve);
  return {
    commit: authority.commits[0],
    release: authority.releases[0],
    held: decision?.kind === 'granted' ? decision.held.tokens : 0,
  };
}

function broken(events: readonly string[]): ReadableStream<Uint8Array> {
  const left = events.map((event) => new TextEncoder().encode(event));
  const source = {
    pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else controller.error(new Error('the connection broke'));
    },
  };
  // Nothing ahead of the reader: an error would throw away what nobody has read yet.
  return new ReadableStream(source, { highWaterMark: 0 });
}

test('what an advisor used is recorded by itself, at the prices of its own model', async () => {
  const exchange = loadExchanges().find(({ name }) => name === 'anthropic/stream-advisor.json');
  if (!exchange) throw new Error('the fixture is gone');
  const { commits, records } = await replay({ exchange, chunks: [exchange.body] });
  expect(commits).toMatchObject([{ call: { model: 'claude-sonnet-4-6' } }]);
  expect(records).toMatchObject([
    {
      call: { model: 'claude-opus-4-7' },
      usageSource: 'provider',
      usage: { inputTokens: 2000, outputTokens: 500 },
    },
  ]);
  expect(records[0]?.id).not.toBe(commits[0]?.id);
});
