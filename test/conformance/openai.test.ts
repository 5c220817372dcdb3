// The OpenAI provider reads real traffic right: fixtures here, and recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { totalTokens } from '@spendfuse/core';
import { createTokenCounter } from '@spendfuse/guard';
import { openai, type JsonObject, type Metered, type ResponseFacts } from '@spendfuse/providers';
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

const fixtures = fileURLToPath(new URL('fixtures/openai', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const recordings = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
const apis = ['chat.completions', 'responses', 'completions', 'embeddings'];

function load(folder: string): readonly (readonly [string, Exchange])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map(
      (path) => [path, JSON.parse(readFileSync(join(folder, path), 'utf8')) as Exchange] as const,
    )
    .filter(([, { api }]) => apis.includes(api));
}

function read({ api, stream, response }: Exchange): ResponseFacts {
  if (!stream) return openai.usage(api, JSON.parse(response.body));
  const reader = openai.stream(api);
  for (const block of response.body.split(/\r?\n\r?\n/u)) {
    const name = /^event: (.*)$/mu.exec(block)?.[1];
    const data = /^data: (.*)$/mu.exec(block)?.[1];
    if (data !== undefined) reader.read({ name, data });
  }
  return reader.facts();
}

function check(exchange: Exchange): void {
  const { expected, request, response } = exchange;
  const path = new URL(request.url).pathname;
  expect(openai.match({ method: 'POST', path })).toMatchObject({ api: exchange.api });
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
  test.each(load(fixtures))('%s', (_, exchange) => {
    check(exchange);
  });
});

describe('recordings', () => {
  const found = ['openai', 'azure-openai', 'openai-compatible'].flatMap((name) =>
    load(join(recordings, name)),
  );

  test(`${found.length} recorded exchanges${found.length === 0 ? `, none at ${recordings}` : ''}`, () => {
    for (const [path, exchange] of found) {
      try {
        check(exchange);
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
