// Everything around an answer: errors, refusals of bad requests, delays, gates, cuts, raw bytes.
import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import { startFakeOpenAI } from './server.ts';
import type { FakeOpenAI } from './server.ts';

const MODEL = 'gpt-4o-mini';
const PRICES = { [MODEL]: { inputUsdPerMTok: '0.15', outputUsdPerMTok: '0.60' } };
const CHAT = { model: MODEL, messages: [{ role: 'user' as const, content: 'a question' }] };
const INPUT_NANO_USD = 6n * 150n;

let fake: FakeOpenAI;
let client: OpenAI;

beforeEach(async () => {
  fake = await startFakeOpenAI({ prices: PRICES });
  client = new OpenAI({ apiKey: 'sk-test', baseURL: fake.baseUrl, maxRetries: 0 });
});

afterEach(() => fake.close());

describe('scripted errors', () => {
  it.each([
    { status: 400, type: BadRequestError, code: null },
    { status: 401, type: AuthenticationError, code: 'invalid_api_key' },
    { status: 404, type: NotFoundError, code: 'model_not_found' },
    { status: 429, type: RateLimitError, code: 'rate_limit_exceeded' },
    { status: 500, type: InternalServerError, code: null },
  ])('$status', async ({ status, type, code }) => {
    fake.script = () => ({ error: { status } });
    const error: unknown = await client.chat.completions.create(CHAT).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, code });
    expect(fake.calls).toMatchObject([{ status, billedNanoUsd: 0n, inputTokens: 0 }]);
  });

  it('carry headers and their own body', async () => {
    const error = { status: 429, code: 'insufficient_quota', message: 'No credit.' };
    fake.script = () => ({ error, headers: { 'retry-after': '7' } });
    const thrown: unknown = await client.chat.completions.create(CHAT).catch((e: unknown) => e);
    expect(thrown).toMatchObject({ code: 'insufficient_quota', message: '429 No credit.' });
    expect((thrown as RateLimitError).headers?.get('retry-after')).toBe('7');
  });

  it('can end, so that a retry succeeds', async () => {
    fake.script = ({ index }) =>
      index === 0 ? { error: { status: 500 }, headers: { 'retry-after-ms': '1' } } : undefined;
    await client.withOptions({ maxRetries: 1 }).chat.completions.create(CHAT);
    expect(fake.calls.map((call) => call.status)).toEqual([500, 200]);
    expect(fake.calls[1]?.headers['x-stainless-retry-count']).toBe('1');
  });

  it('say when the script itself is wrong', async () => {
    fake.script = () => {
      throw new Error('no such scene');
    };
    await expect(
      client.withOptions({ maxRetries: 2 }).chat.completions.create(CHAT),
    ).rejects.toThrow('no such scene');
    expect(fake.calls).toHaveLength(1);
  });
});

describe('bad requests', () => {
  it.each([
    { path: '/chat/completions', body: { model: MODEL }, message: "parameter: 'messages'" },
    { path: '/chat/completions', body: { messages: [] }, message: 'model parameter' },
    { path: '/chat/completions', body: { ...CHAT, max_tokens: 0 }, message: 'value >= 1' },
    {
      path: '/chat/completions',
      body: { ...CHAT, model: 'o3', max_tokens: 9 },
      message: "Use 'max_completion_tokens' instead",
    },
    {
      path: '/chat/completions',
      body: { ...CHAT, stream_options: { include_usage: true } },
      message: "only allowed when 'stream' is enabled",
    },
    {
      path: '/responses',
      body: { model: MODEL, input: 'x', max_output_tokens: 15 },
      message: 'Expected a value >= 16, but got 15',
    },
    {
      path: '/responses',
      body: { model: MODEL, input: 'x', stream: true, stream_options: { include_usage: true } },
      message: "Unknown parameter: 'stream_options.include_usage'",
    },
    { path: '/embeddings', body: { model: MODEL }, message: "parameter: 'input'" },
    { path: '/completions', body: { model: MODEL }, message: "parameter: 'prompt'" },
  ])('$path: $message', async ({ path, body, message }) => {
    await expect(client.post(path, { body })).rejects.toThrow(message);
    expect(fake.billedNanoUsd()).toBe(0n);
  });

  it.each([
    { method: 'POST', path: '/v1/nothing', body: '{}', status: 404 },
    { method: 'DELETE', path: '/v1/embeddings', body: null, status: 405 },
    { method: 'POST', path: '/v1/embeddings', body: '{broken', status: 400 },
  ])('$method $path $body', async ({ method, path, body, status }) => {
    const response = await fetch(`${fake.origin}${path}?query=1`, { method, body });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.message');
    expect(fake.calls[0]).toMatchObject({
      method,
      path,
      body: body === '{}' ? {} : (body ?? undefined),
    });
  });

  it('includes keys, once there is one', async () => {
    await using locked = await startFakeOpenAI({ apiKey: 'sk-right' });
    const wrong = client.withOptions({ baseURL: locked.baseUrl });
    await expect(wrong.chat.completions.create(CHAT)).rejects.toThrow(AuthenticationError);
    const right = wrong.withOptions({ apiKey: 'sk-right' });
    expect(await right.chat.completions.create(CHAT)).toHaveProperty('usage');
  });
});

describe('gates', () => {
  it('hold any number of calls in flight until they open', async () => {
    let open = () => {};
    const hold = new Promise<void>((resolve) => {
      open = resolve;
    });
    fake.script = () => ({ hold });
    const calls = Array.from({ length: 50 }, () => client.chat.completions.create(CHAT));
    await until(() => fake.calls.length === 50, { what: '50 calls' });
    expect(fake.calls.every((call) => call.status === 0 && !call.finished)).toBe(true);
    open();
    await Promise.all(calls);
    expect(fake.calls.every((call) => call.status === 200 && call.finished)).toBe(true);
    expect(fake.billedNanoUsd()).toBe(50n * (INPUT_NANO_USD + 40n * 600n));
  });

  it('let go when the caller gives up, who is billed for the input', async () => {
    fake.script = () => ({ hold: new Promise(() => {}) });
    const call = client.chat.completions.create(CHAT, { timeout: 50 });
    await expect(call).rejects.toThrow('timed out');
    await until(() => fake.calls[0]?.finished, { what: 'the call to end' });
    expect(fake.calls[0]).toMatchObject({ aborted: true, status: 0, outputTokens: 0 });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD);
  });

  it('do not keep the server from closing', async () => {
    fake.script = () => ({ hold: new Promise(() => {}) });
    const call = client.chat.completions.create(CHAT);
    const failure = expect(call).rejects.toThrow(APIConnectionError);
    await until(() => fake.calls.length === 1, { what: 'the call' });
    await fake.close();
    await failure;
  });
});

describe('transport', () => {
  it('breaks the connection of a unary reply, which is billed in full', async () => {
    fake.script = () => ({ cutAfterChunks: 0 });
    await expect(client.chat.completions.create(CHAT)).rejects.toThrow(APIConnectionError);
    expect(fake.calls[0]).toMatchObject({ aborted: false, status: 0, outputTokens: 40 });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 40n * 600n);
  });

  it('waits before the first byte', async () => {
    fake.script = () => ({ firstByteDelayMs: 3_600_000 });
    await expect(client.chat.completions.create(CHAT, { timeout: 50 })).rejects.toThrow();
    await until(() => fake.calls[0]?.finished, { what: 'the call to end' });
    expect(fake.calls[0]).toMatchObject({ status: 0, chunksSent: 0, aborted: true });
  });

  it('waits before every chunk but the first', async () => {
    fake.script = () => ({ chunkDelayMs: 3_600_000 });
    const stream = await client.chat.completions.create({ ...CHAT, stream: true });
    for await (const _ of stream) {
      break;
    }
    await until(() => fake.calls[0]?.finished, { what: 'the call to end' });
    expect(fake.calls[0]).toMatchObject({ status: 200, chunksSent: 1, aborted: true });
  });

  it('goes on after its waits', async () => {
    fake.script = () => ({ firstByteDelayMs: 1, chunkDelayMs: 1, outputTokens: 3 });
    const response = await client.chat.completions.create({ ...CHAT, stream: true }).asResponse();
    expect(await response.text()).toContain('[DONE]');
  });

  it.each([false, true])('compresses when told (stream: %s)', async (stream) => {
    fake.script = () => ({ gzip: true, outputTokens: 3, text: 'South Atlantic Ocean.' });
    const response = await client.chat.completions.create({ ...CHAT, stream }).asResponse();
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const text = await response.text();
    expect(text).toContain(stream ? '[DONE]' : 'South Atlantic Ocean.');
  });

  it('sends raw bytes in the given pieces', async () => {
    const bytes = Buffer.from('data: {"text":"naïve"}\n\ndata: [DONE]\n\n');
    const contentType = 'text/event-stream';
    fake.script = () => ({
      raw: { contentType, body: [bytes.subarray(0, 18), bytes.subarray(18)] },
      inputTokens: 1,
      outputTokens: 2,
    });
    const response = await client.chat.completions.create({ ...CHAT, stream: true }).asResponse();
    expect(await response.text()).toBe(bytes.toString());
    expect(fake.calls[0]).toMatchObject({ chunksSent: 2, billedNanoUsd: 150n + 2n * 600n });
  });

  it('sends a broken body as it is', async () => {
    fake.script = () => ({ raw: { status: 200, body: '{"id": "chatcmpl-' } });
    await expect(client.chat.completions.create(CHAT)).rejects.toThrow(SyntaxError);
  });

  it('refuses prices that are no decimals before it starts', async () => {
    const prices = { m: { inputUsdPerMTok: '1e3', outputUsdPerMTok: '1' } };
    await expect(startFakeOpenAI({ prices })).rejects.toThrow(RangeError);
  });
});
