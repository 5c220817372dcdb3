// The Gemini and Vertex AI providers read real traffic right: fixtures here, and recordings where
// they are at hand; whole, and cut behind any event.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenCounter } from '@spendfuse/guard';
import {
  gemini,
  type JsonObject,
  type Metered,
  type Provider,
  type ResponseFacts,
  vertex,
} from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { cutBehind, eventsOf } from '../support/cut-gemini.ts';

interface Exchange {
  readonly api: string;
  readonly stream: boolean;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: { readonly status: number; readonly body: string };
  readonly expected: {
    readonly model: string | null;
    readonly usage: Readonly<Record<string, number>> | null;
  };
}

type Named = readonly (readonly [string, Exchange])[];

const fixtures = load(fileURLToPath(new URL('fixtures/gemini', import.meta.url)));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const folder = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
const recordings = ['gemini', 'vertex'].flatMap((name) => load(join(folder, name)));

function load(from: string): Named {
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => [path, JSON.parse(readFileSync(join(from, path), 'utf8')) as Exchange]);
}

function providerOf({ request }: Exchange): Provider {
  return request.url.includes('aiplatform') ? vertex : gemini;
}

function matchOf(exchange: Exchange): Metered {
  const path = new URL(exchange.request.url).pathname;
  const match = providerOf(exchange).match({ method: 'POST', path });
  expect(match).toMatchObject({ kind: 'metered', api: exchange.api });
  return match as Metered;
}

function read(exchange: Exchange): ResponseFacts {
  const { api, stream, response } = exchange;
  const provider = providerOf(exchange);
  if (!stream) return provider.usage(api, JSON.parse(response.body));
  const reader = provider.stream(api);
  for (const block of eventsOf(response.body)) {
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
  const { expected, response } = exchange;
  const match = matchOf(exchange);
  const facts = read(exchange);
  const usage = facts.usage && {
    input_tokens: facts.usage.inputTokens,
    output_tokens: facts.usage.outputTokens,
    cache_read_tokens: facts.usage.cacheReadTokens,
    cache_write_tokens: facts.usage.cacheWriteTokens,
    reasoning_tokens: facts.usage.reasoningTokens,
  };
  expect(usage ?? null).toEqual(expected.usage);
  if (response.status >= 400) expect(facts.errorType).toBeTruthy();
  // Embeddings do not say which model made them.
  else if (match.operation !== 'embeddings') expect(facts.model ?? null).toBe(expected.model);
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

test('no input is above its bounds, neither by bytes nor counted', async () => {
  const tokens = createTokenCounter();
  let checked = 0;
  for (const [path, exchange] of [...fixtures, ...recordings]) {
    const { request, expected } = exchange;
    const body = request.body as JsonObject | null;
    if (typeof body !== 'object' || body === null || !expected.usage) continue;
    const provider = providerOf(exchange);
    const match = matchOf(exchange);
    const { model, softInput } = provider.request(match, body);
    if (softInput) continue;
    const { texts, extraTokens, maxTokens } = provider.bound(match, body);
    const counted = (await tokens.count({ model, texts })) + extraTokens;
    const told = { path, input: expected.usage['input_tokens'], counted, bytes: maxTokens };
    const holds = told.counted >= Number(told.input) && told.bytes >= told.counted;
    expect(holds ? 'holds' : told).toBe('holds');
    checked += 1;
  }
  expect(checked).toBeGreaterThan(10);
});

describe('a stream that is cut behind any of its events', () => {
  const streams = [...fixtures, ...recordings].filter(([, { stream }]) => stream);

  test.each(streams)('%s', async (_, exchange) => {
    const { usage } = exchange.expected;
    const maxOutputTokens = Number(usage?.['output_tokens']) + 100;
    // As many bytes as the call had tokens: a bound of them.
    const text = 'x'.repeat(Number(usage?.['input_tokens']));
    const body =
      exchange.api === 'interactions'
        ? {
            model: 'gemini-2.5-flash',
            input: text,
            stream: true,
            generation_config: { max_output_tokens: maxOutputTokens },
          }
        : {
            contents: [{ parts: [{ text }] }],
            generationConfig: { maxOutputTokens, candidateCount: 2 },
          };
    const events = eventsOf(exchange.response.body);
    for (let count = 1; count < events.length; count += 1) {
      const seen = events.slice(0, count);
      const cut = await cutBehind(seen, {
        provider: providerOf(exchange),
        match: matchOf(exchange),
        body,
      });
      const facts = read({ ...exchange, response: { status: 200, body: seen.join('') } });
      const { inputTokens = 0, outputTokens = 0 } = cut.commit?.usage ?? {};
      // Thoughts that were not counted yet were made all the same.
      const isCounted = (facts.usage?.outputTokens ?? 0) > 0;
      const made = isCounted ? facts.usage!.outputTokens : Number(usage?.['output_tokens']);
      expect(outputTokens).toBeGreaterThanOrEqual(made);
      expect(inputTokens).toBeGreaterThanOrEqual(facts.usage?.inputTokens ?? 0);
      expect(inputTokens + outputTokens).toBeLessThanOrEqual(cut.heldTokens);
    }
  });
});
