// OpenAI and Azure OpenAI are read right: fixtures here, and recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { totalTokens } from '@spendfuse/core';
import { createTokenCounter } from '@spendfuse/guard';
import {
  azureOpenai,
  type JsonObject,
  type Metered,
  openai,
  type Provider,
  type ResponseFacts,
  type StreamEvent,
} from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';

const metered = (api: string): Metered => ({ kind: 'metered', api, operation: 'chat', path: '/' });

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

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const recordings = process.env['SPENDFUSE_RECORDINGS'] ?? shared;

/** By the folder that the exchanges are in. */
const spoken: readonly (readonly [folder: string, provider: Provider])[] = [
  ['openai', openai],
  ['azure-openai', azureOpenai],
  ['openai-compatible', openai],
];

type Found = readonly [path: string, exchange: Exchange, provider: Provider];

function load(root: string): readonly Found[] {
  return spoken.flatMap(([name, provider]) => {
    const folder = join(root, name);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json'))
      .map((path): Found => {
        const text = readFileSync(join(folder, path), 'utf8');
        return [join(name, path), JSON.parse(text) as Exchange, provider];
      });
  });
}

function read({ api, stream, response }: Exchange, provider: Provider): ResponseFacts {
  if (!stream) return provider.usage(api, JSON.parse(response.body));
  const reader = provider.stream(api);
  for (const event of eventsOf(response.body)) reader.read(event);
  return reader.facts();
}

function eventsOf(body: string): readonly StreamEvent[] {
  return body.split(/\r?\n\r?\n/u).flatMap((block) => {
    const name = /^event: (.*)$/mu.exec(block)?.[1];
    const data = /^data: (.*)$/mu.exec(block)?.[1];
    return data === undefined ? [] : [{ name, data }];
  });
}

/** What is said to be final before the end is what the end says, and output is never unseen. */
function checkCuts({ api, response }: Exchange, provider: Provider): void {
  const reader = provider.stream(api);
  const events = eventsOf(response.body);
  const finals: unknown[] = [];
  let seen = 0;
  for (const event of events) {
    seen += reader.read(event).output.length;
    const { usage, isUsageFinal, uncountedText } = reader.facts();
    if (isUsageFinal) finals.push(usage);
    if (!usage) expect(uncountedText).toHaveLength(seen);
  }
  expect(new Set(finals.map((usage) => JSON.stringify(usage))).size).toBeLessThanOrEqual(1);
}

function check(exchange: Exchange, provider: Provider): void {
  const { expected, request, response } = exchange;
  const path = new URL(request.url).pathname;
  expect(provider.match({ method: 'POST', path })).toMatchObject({ api: exchange.api });
  const facts = read(exchange, provider);
  const usage = facts.usage && {
    input_tokens: facts.usage.inputTokens,
    output_tokens: facts.usage.outputTokens,
    cache_read_tokens: facts.usage.cacheReadTokens,
    cache_write_tokens: facts.usage.cacheWriteTokens,
    reasoning_tokens: facts.usage.reasoningTokens,
    // The recordings do not say how many.
    ...(expected.usage && 'web_searches' in expected.usage
      ? { web_searches: facts.usage.webSearches }
      : {}),
  };
  expect(usage ?? null).toEqual(expected.usage);
  // Answers of images and audio do not say who made them.
  const asked = (request.body as JsonObject | null)?.['model'];
  if (response.status < 400) expect(facts.model ?? asked ?? null).toBe(expected.model);
  else expect(facts.errorType).toBeTruthy();
}

describe('fixtures', () => {
  test.each(load(fixtures))('%s', (_, exchange, provider) => {
    check(exchange, provider);
    if (exchange.stream) checkCuts(exchange, provider);
  });
});

describe('recordings', () => {
  const found = load(recordings);

  test(`${found.length} recorded exchanges${found.length === 0 ? `, none at ${recordings}` : ''}`, () => {
    for (const [path, exchange, provider] of found) {
      try {
        check(exchange, provider);
        if (exchange.stream) checkCuts(exchange, provider);
      } catch (error) {
        throw new Error(`${path}: ${String(error)}`, { cause: error });
      }
    }
  });

  test('no recorded input is above its bounds, neither by bytes nor counted', async () => {
    const tokens = createTokenCounter();
    for (const [path, { api, request, expected }] of found) {
      const body = request.body as JsonObject | null;
      if (typeof body !== 'object' || body === null || !expected.usage) continue;
      // Redacted texts are not those that were counted.
      const isRedacted = expected.notes?.includes('redacted') === true;
      if (isRedacted || openai.request(metered(api), body).softInput) continue;
      const bound = openai.bound(metered(api), body);
      const { texts, extraTokens } = bound;
      const counted = await tokens.count({
        model: openai.request(metered(api), body).model,
        texts,
      });
      const input = Number(expected.usage['input_tokens']);
      // One made-up usage that several hand-written recordings share.
      if (input === 291) continue;
      const told = { path, input, counted: counted + extraTokens, bytes: bound.maxTokens };
      expect(told.counted >= input && told.bytes >= told.counted ? 'holds' : told).toBe('holds');
    }
  });
});

test('usage is inclusive', () => {
  const facts = openai.usage('chat.completions', {
    usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 8 } },
  });
  expect(facts.usage && totalTokens(facts.usage)).toBe(15);
});
