// What the official SDK reads from the fake: answers, usage, tools, structured output, the bill.
import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeOpenAI } from './server.ts';
import type { FakeOpenAI } from './server.ts';

const PRICES = {
  'gpt-4o-mini': {
    inputUsdPerMTok: '0.15',
    cachedInputUsdPerMTok: '0.075',
    outputUsdPerMTok: '0.60',
  },
  'gpt-3.5-turbo-instruct': { inputUsdPerMTok: '1.5', outputUsdPerMTok: '2' },
  'text-embedding-3-small': { inputUsdPerMTok: '0.02', outputUsdPerMTok: '0' },
};
const MODEL = 'gpt-4o-mini';
const QUESTION = 'Answer in up to 3 words: Which ocean contains Bouvet Island?';
const MESSAGES = [{ role: 'user' as const, content: QUESTION }];
/** 60 bytes: 15 tokens and 3 for the message. */
const INPUT_TOKENS = 18;

let fake: FakeOpenAI;
let client: OpenAI;

beforeEach(async () => {
  fake = await startFakeOpenAI({ prices: PRICES });
  client = new OpenAI({ apiKey: 'sk-test', baseURL: fake.baseUrl, maxRetries: 0 });
});

afterEach(() => fake.close());

describe('chat completions', () => {
  it('answer with text and usage', async () => {
    const completion = await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }],
      usage: { prompt_tokens: INPUT_TOKENS, completion_tokens: 40, total_tokens: 58 },
    });
    expect(completion.choices[0]?.message.content?.split(' ')).toHaveLength(40);
    expect(fake.calls[0]).toMatchObject({
      path: '/v1/chat/completions',
      model: MODEL,
      stream: false,
      status: 200,
      outputTokens: 40,
      chunksSent: 1,
      aborted: false,
      finished: true,
    });
    expect(fake.billedNanoUsd()).toBe(18n * 150n + 40n * 600n);
  });

  it.each([
    { limit: { max_tokens: 5 }, reason: 'length', tokens: 5 },
    { limit: { max_completion_tokens: 5 }, reason: 'length', tokens: 5 },
    { limit: { max_tokens: 40 }, reason: 'stop', tokens: 40 },
    { limit: { max_tokens: 5, n: 3 }, reason: 'length', tokens: 15 },
  ])('end at $limit', async ({ limit, reason, tokens }) => {
    const completion = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      ...limit,
    });
    expect(completion.choices.map((choice) => choice.finish_reason)).toEqual(
      Array.from({ length: limit.n ?? 1 }, () => reason),
    );
    expect(completion.usage?.completion_tokens).toBe(tokens);
  });

  it('report and bill scripted counts', async () => {
    fake.script = () => ({
      text: 'Southern Ocean.',
      inputTokens: 2000,
      cachedTokens: 1024,
      outputTokens: 120,
      reasoningTokens: 100,
    });
    const { choices, usage } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
    });
    expect(choices[0]?.message.content).toBe('Southern Ocean.');
    expect(usage).toMatchObject({
      prompt_tokens: 2000,
      completion_tokens: 120,
      prompt_tokens_details: { cached_tokens: 1024 },
      completion_tokens_details: { reasoning_tokens: 100 },
    });
    expect(fake.billedNanoUsd()).toBe(976n * 150n + 1024n * 75n + 120n * 600n);
  });

  it('lose their text when reasoning uses up the maximum', async () => {
    fake.script = () => ({ reasoningTokens: 100 });
    const { choices, usage } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      max_completion_tokens: 64,
    });
    expect(choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } });
    expect(usage).toMatchObject({
      completion_tokens: 64,
      completion_tokens_details: { reasoning_tokens: 64 },
    });
  });

  it('call tools when scripted, also as a stream', async () => {
    const tools = [
      { type: 'function' as const, function: { name: 'get_weather', parameters: {} } },
    ];
    fake.script = () => ({
      toolCalls: [
        { name: 'get_weather', arguments: { location: 'New York City' } },
        { name: 'get_weather', arguments: '{"location": "London"}' },
      ],
    });
    const request = { model: MODEL, messages: MESSAGES, tools };
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    for (const completion of [whole, streamed]) {
      expect(completion.choices[0]).toMatchObject({
        finish_reason: 'tool_calls',
        message: {
          content: null,
          tool_calls: [
            { function: { name: 'get_weather', arguments: '{"location":"New York City"}' } },
            { function: { name: 'get_weather', arguments: '{"location": "London"}' } },
          ],
        },
      });
    }
  });

  it('call the tool a request insists on', async () => {
    const parameters = { type: 'object', properties: { unit: { enum: ['celsius'] } } };
    const { choices } = await client.chat.completions.create({
      model: MODEL,
      messages: MESSAGES,
      tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    });
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'get_weather', arguments: '{"unit":"celsius"}' } },
    ]);
  });

  it('fit a JSON schema, so that parse works', async () => {
    const schema = { type: 'object', properties: { ocean: { type: 'string' } } };
    const format = { type: 'json_schema' as const, json_schema: { name: 'answer', schema } };
    const request = { model: MODEL, messages: MESSAGES, response_format: format };
    const parsed = await client.chat.completions.parse(request);
    expect(parsed.choices[0]?.message.parsed).toEqual({ ocean: 'text' });
    await expect(client.chat.completions.parse({ ...request, max_tokens: 1 })).rejects.toThrow(
      LengthFinishReasonError,
    );
  });
});

describe('responses', () => {
  it('answer with text and usage', async () => {
    const response = await client.responses.create({ model: MODEL, input: QUESTION });
    expect(response.output_text.split(' ')).toHaveLength(40);
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      usage: { input_tokens: INPUT_TOKENS, output_tokens: 40, total_tokens: 58 },
    });
    expect(fake.billedNanoUsd()).toBe(18n * 150n + 40n * 600n);
  });

  it('are incomplete at max_output_tokens', async () => {
    const response = await client.responses.create({
      model: MODEL,
      input: [{ role: 'user', content: [{ type: 'input_text', text: QUESTION }] }],
      max_output_tokens: 16,
    });
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { input_tokens: INPUT_TOKENS, output_tokens: 16 },
    });
  });

  it('carry reasoning, cached input and function calls', async () => {
    fake.script = () => ({
      inputTokens: 3000,
      cachedTokens: 2048,
      outputTokens: 90,
      reasoningTokens: 64,
      toolCalls: [{ name: 'get_weather', arguments: { location: 'Paris' } }],
    });
    const request = { model: MODEL, input: QUESTION };
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    for (const response of [whole, streamed]) {
      expect(response.output).toMatchObject([
        { type: 'reasoning' },
        { type: 'function_call', name: 'get_weather', arguments: '{"location":"Paris"}' },
      ]);
      expect(response.usage).toMatchObject({
        input_tokens_details: { cached_tokens: 2048 },
        output_tokens: 90,
        output_tokens_details: { reasoning_tokens: 64 },
      });
    }
    expect(fake.billedNanoUsd()).toBe(2n * (952n * 150n + 2048n * 75n + 90n * 600n));
  });

  it('fit a JSON schema, so that parse works', async () => {
    const schema = { type: 'object', properties: { depth: { type: 'integer' } } };
    const response = await client.responses.parse({
      model: MODEL,
      input: QUESTION,
      text: { format: { type: 'json_schema', name: 'answer', schema } },
    });
    expect(response.output_parsed).toEqual({ depth: 1 });
  });
});

describe('legacy completions', () => {
  const model = 'gpt-3.5-turbo-instruct';

  it('end after 16 tokens unless told otherwise', async () => {
    const { choices, usage } = await client.completions.create({ model, prompt: 'Say it' });
    expect(choices).toMatchObject([{ index: 0, finish_reason: 'length' }]);
    expect(usage).toEqual({ prompt_tokens: 2, completion_tokens: 16, total_tokens: 18 });
    expect(fake.billedNanoUsd()).toBe(2n * 1500n + 16n * 2000n);
  });

  it('bill all attempts of best_of and every prompt', async () => {
    const { choices, usage } = await client.completions.create({
      model,
      prompt: ['one', 'two'],
      n: 2,
      best_of: 3,
      max_tokens: 10,
    });
    expect(choices).toHaveLength(4);
    expect(usage?.completion_tokens).toBe(2 * 3 * 10);
  });

  it('count token ids of a prompt', async () => {
    const { usage } = await client.completions.create({ model, prompt: [1, 2, 3] });
    expect(usage?.prompt_tokens).toBe(3);
  });
});

describe('embeddings', () => {
  it('are unit vectors and bill their input', async () => {
    const request = { model: 'text-embedding-3-small', input: ['One fish', 'two fish'] };
    const { data, usage } = await client.embeddings.create(request);
    expect(data.map((item) => item.embedding.length)).toEqual([1536, 1536]);
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1);
    expect(usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
    expect(fake.billedNanoUsd()).toBe(4n * 20n);
  });

  it('are the same as floats', async () => {
    const request = { model: 'text-embedding-3-small', input: 'One fish', dimensions: 8 };
    const packed = await client.embeddings.create({ ...request, encoding_format: 'base64' });
    const floats = await client.embeddings.create({ ...request, encoding_format: 'float' });
    const bytes = Buffer.from(String(packed.data[0]?.embedding), 'base64');
    const numbers = Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(4 * index));
    expect(floats.data[0]?.embedding).toEqual(numbers);
  });
});

describe('models', () => {
  it('are listed by their prices', async () => {
    const { data } = await client.models.list();
    expect(data.map((model) => model.id)).toEqual(Object.keys(PRICES));
    expect(await client.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o' });
  });
});

describe('the bill', () => {
  it('has no total when a model has no price', async () => {
    await client.chat.completions.create({ model: 'gpt-9', messages: MESSAGES });
    expect(() => fake.billedNanoUsd()).toThrow("no price for model 'gpt-9'");
  });
});
