// Streams as the official SDK and plain fetch see them: usage, order, cuts, gates, the bill so far.
import OpenAI, { APIError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../wait.ts';
import type { FakeAnswer } from './reply.ts';
import { startFakeOpenAI } from './server.ts';
import type { FakeOpenAI } from './server.ts';

const MODEL = 'gpt-4o-mini';
const PRICES = { [MODEL]: { inputUsdPerMTok: '0.15', outputUsdPerMTok: '0.60' } };
const QUESTION = 'Answer in up to 3 words: Which ocean contains Bouvet Island?';
const CHAT = {
  model: MODEL,
  messages: [{ role: 'user' as const, content: QUESTION }],
  stream: true as const,
};
const WITH_USAGE = { ...CHAT, stream_options: { include_usage: true } };
/** 60 bytes: 15 tokens and 3 for the message, at 150 nano-USD. */
const INPUT_NANO_USD = 18n * 150n;

let fake: FakeOpenAI;
let client: OpenAI;

beforeEach(async () => {
  fake = await startFakeOpenAI({ prices: PRICES, outputTokens: 4 });
  client = new OpenAI({ apiKey: 'sk-test', baseURL: fake.baseUrl, maxRetries: 0 });
});

afterEach(() => fake.close());

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) {
    items.push(item);
  }
  return items;
}

async function post(path: string, body: unknown): Promise<Response> {
  return fetch(`${fake.origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
}

function data(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^data: (.*)$/.exec(line)?.[1] ?? []);
}

/** Reads a stream that is cut only after the reader has seen all there is before the cut. */
async function readUntilCut(reply: FakeAnswer & { readonly cutAfterChunks: number }) {
  let cut = () => {};
  const hold = new Promise<void>((resolve) => {
    cut = resolve;
  });
  fake.script = () => ({ ...reply, hold, holdAfterChunks: reply.cutAfterChunks });
  let seen = 0;
  try {
    for await (const _ of await client.chat.completions.create(CHAT)) {
      seen += 1;
      if (seen === reply.cutAfterChunks) {
        cut();
      }
    }
  } catch (error) {
    return { seen, error };
  }
  throw new Error('the stream was not cut');
}

async function theCall() {
  return until(() => fake.calls[0]?.finished && fake.calls[0], { what: 'the call to end' });
}

describe('chat streams', () => {
  it('have no usage unless asked', async () => {
    const chunks = await collect(await client.chat.completions.create(CHAT));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content)).toEqual([
      '',
      'The',
      ' people',
      ' of',
      ' this',
      undefined,
    ]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    expect(fake.calls[0]).toMatchObject({ stream: true, outputTokens: 4, chunksSent: 6 });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 4n * 600n);
  });

  it('end with usage and carry null before when asked', async () => {
    const chunks = await collect(await client.chat.completions.create(WITH_USAGE));
    const last = chunks.pop();
    expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 18, completion_tokens: 4 } });
    expect(chunks.map((chunk) => chunk.usage)).toEqual(chunks.map(() => null));
  });

  it('can leave null usage out', async () => {
    await using other = await startFakeOpenAI({ usageNullOnChunks: false });
    const direct = client.withOptions({ baseURL: other.baseUrl });
    const chunks = await collect(await direct.chat.completions.create(WITH_USAGE));
    expect(chunks.filter((chunk) => 'usage' in chunk)).toHaveLength(1);
  });

  it('look like the recorded ones on the wire', async () => {
    const response = await post('/v1/chat/completions', WITH_USAGE);
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(Object.keys(JSON.parse(data(text)[1] ?? '') as object)).toEqual([
      'id',
      'object',
      'created',
      'model',
      'service_tier',
      'system_fingerprint',
      'choices',
      'usage',
      'obfuscation',
    ]);
  });

  it('stream every choice of n', async () => {
    const request = { ...WITH_USAGE, n: 2, max_tokens: 3 };
    const chunks = await collect(await client.chat.completions.create(request));
    const reasons = chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []);
    expect(reasons).toEqual(['length', 'length']);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(6);
    expect(fake.calls[0]?.outputTokens).toBe(6);
  });

  it("start with Azure's empty chunk when asked", async () => {
    fake.script = () => ({ azureEmptyFirstChunk: true });
    const chunks = await collect(await client.chat.completions.create(WITH_USAGE));
    expect(chunks[0]).toMatchObject({ choices: [], model: '', prompt_filter_results: [{}] });
    expect(chunks[0]).not.toHaveProperty('usage');
  });
});

describe('response streams', () => {
  it('number their events and name each of them', async () => {
    const response = await post('/v1/responses', { model: MODEL, input: QUESTION, stream: true });
    const text = await response.text();
    const events = data(text).map(
      (line) => JSON.parse(line) as { type: string; sequence_number: number },
    );
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      ...Array.from({ length: 4 }, () => 'response.output_text.delta'),
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(text).not.toContain('[DONE]');
  });

  it('end with response.incomplete at the maximum', async () => {
    fake.script = () => ({ outputTokens: 40 });
    const request = { model: MODEL, input: QUESTION, max_output_tokens: 16, stream: true as const };
    const events = await collect(await client.responses.create(request));
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { usage: { output_tokens: 16 } },
    });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 16n * 600n);
  });
});

describe('legacy completion streams', () => {
  it('put the reason on the last token and the usage behind', async () => {
    const chunks = await collect(
      await client.completions.create({
        model: MODEL,
        prompt: 'Say it',
        max_tokens: 2,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    expect(chunks.map((chunk) => chunk.choices[0]?.finish_reason)).toEqual([
      null,
      'length',
      undefined,
    ]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 2 } });
  });
});

describe('streams that do not end well', () => {
  it('are billed up to a cut', async () => {
    const { seen, error } = await readUntilCut({ cutAfterChunks: 3 });
    expect(seen).toBe(3);
    expect(error).toMatchObject({ message: 'terminated' });
    expect(await theCall()).toMatchObject({ chunksSent: 3, outputTokens: 2, aborted: false });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 2n * 600n);
  });

  it('deliver every chunk before a cut, also compressed', async () => {
    expect(await readUntilCut({ cutAfterChunks: 4, gzip: true })).toMatchObject({ seen: 4 });
  });

  it('are billed up to a clean early end', async () => {
    fake.script = () => ({ endAfterChunks: 2 });
    const response = await post('/v1/chat/completions', WITH_USAGE);
    expect(data(await response.text())).toHaveLength(2);
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 600n);
  });

  it('stop when the reader breaks off', async () => {
    fake.script = () => ({ hold: new Promise(() => {}), holdAfterChunks: 3 });
    let seen = 0;
    for await (const _ of await client.chat.completions.create(CHAT)) {
      seen += 1;
      if (seen === 3) {
        break;
      }
    }
    expect(await theCall()).toMatchObject({ aborted: true, chunksSent: 3, outputTokens: 2 });
    expect(fake.billedNanoUsd()).toBe(INPUT_NANO_USD + 2n * 600n);
  });

  it('bill nothing when the first event is an error', async () => {
    fake.script = () => ({ errorEventAfterChunks: 0 });
    const stream = await client.chat.completions.create(CHAT);
    await expect(collect(stream)).rejects.toThrow(APIError);
    expect(fake.billedNanoUsd()).toBe(0n);
  });

  it('can fail late, with an error and response.failed', async () => {
    fake.script = () => ({ errorEventAfterChunks: 5, errorEvent: { code: 'server_error' } });
    const response = await post('/v1/responses', { model: MODEL, input: QUESTION, stream: true });
    const text = await response.text();
    expect(text).toContain('"type":"error","error":{"message"');
    expect(text).toContain('"sequence_number":6');
    expect(data(text).at(-1)).toContain('"type":"response.failed"');
    expect(fake.calls[0]).toMatchObject({ outputTokens: 1, chunksSent: 7 });
  });
});

describe('back-pressure', () => {
  it('stops production while nobody reads', async () => {
    const body = Array.from({ length: 300 }, () => 'x'.repeat(100_000));
    fake.script = () => ({ raw: { body } });
    const response = await post('/v1/chat/completions', CHAT);
    const reader = response.body?.getReader();
    await reader?.read();
    let before = -1;
    await until(
      () => {
        const same = fake.calls[0]?.chunksSent === before;
        before = fake.calls[0]?.chunksSent ?? 0;
        return same;
      },
      { what: 'production to stop', intervalMs: 100 },
    );
    expect(fake.calls[0]?.finished).toBe(false);
    await reader?.cancel();
    expect(await theCall()).toMatchObject({ aborted: true });
  });
});
