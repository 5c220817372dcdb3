// The fake Bedrock speaks what the AWS SDK understands, over HTTP/1.1 and cleartext HTTP/2.
import { createRequire } from 'node:module';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseStreamOutput,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { type FakeBedrock, type FakeBedrockReply, startFakeBedrock } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const PRICES = { [SONNET]: { inputUsdPerMTok: '3.3', outputUsdPerMTok: '16.5' } };
const ask = {
  modelId: SONNET,
  messages: [{ role: 'user' as const, content: [{ text: 'How is the sea today?' }] }],
};
const claude = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'How is the sea today?' }],
});

const require = createRequire(import.meta.url);
// The SDK's own dependency: programs choose HTTP/1.1 by it.
const { NodeHttpHandler } = createRequire(require.resolve('@aws-sdk/client-bedrock-runtime'))(
  '@smithy/node-http-handler',
) as { readonly NodeHttpHandler: new () => { destroy(): void } };

describe.each([
  ['2.0', () => ({})],
  ['1.1', () => ({ requestHandler: new NodeHttpHandler() as never })],
] as const)('HTTP/%s', (httpVersion, handler) => {
  let fake: FakeBedrock;
  let client: BedrockRuntimeClient;

  beforeEach(async () => {
    fake = await startFakeBedrock({ prices: PRICES });
    client = new BedrockRuntimeClient({
      endpoint: fake.origin,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
      ...handler(),
    });
  });

  afterEach(async () => {
    client.destroy();
    await fake.close();
  });

  async function streamed(reply?: FakeBedrockReply): Promise<readonly ConverseStreamOutput[]> {
    fake.script = () => reply;
    const { stream = [] } = await client.send(new ConverseStreamCommand(ask));
    const events: ConverseStreamOutput[] = [];
    for await (const event of stream as AsyncIterable<ConverseStreamOutput>) events.push(event);
    return events;
  }

  it('answers Converse, and keeps the bill', async () => {
    const { output, usage } = await client.send(new ConverseCommand(ask));
    expect(output?.message?.content?.[0]?.text).toMatch(/^The people/u);
    expect(usage).toMatchObject({ outputTokens: 40 });
    expect(fake.calls[0]).toMatchObject({ httpVersion, model: SONNET, status: 200 });
    const input = usage?.inputTokens ?? 0;
    expect(fake.billedNanoUsd()).toBe(BigInt(input * 3300 + 40 * 16_500));
  });

  it('answers ConverseStream with thinking, tools and counts', async () => {
    const toolCalls = [{ name: 'get_tide', arguments: { place: 'Łeba' } }];
    const events = await streamed({ reasoningTokens: 20, toolCalls, cachedTokens: 3 });
    const text = JSON.stringify(events);
    expect(text).toContain('"reasoningContent":{"text":"The"}');
    expect(text).toContain('"name":"get_tide"');
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ cacheReadInputTokens: 3 });
  });

  it('answers InvokeModel, whole and streamed', async () => {
    const whole = await client.send(new InvokeModelCommand({ modelId: SONNET, body: claude }));
    expect(JSON.parse(whole.body.transformToString())).toMatchObject({ type: 'message' });
    const { body = [] } = await client.send(
      new InvokeModelWithResponseStreamCommand({ modelId: SONNET, body: claude }),
    );
    let last = '';
    for await (const event of body) last = Buffer.from(event.chunk?.bytes ?? []).toString();
    expect(JSON.parse(last)).toMatchObject({
      'amazon-bedrock-invocationMetrics': { outputTokenCount: 9 },
    });
  });

  it('fails as it is told to', async () => {
    const throttled = { type: 'throttlingException', message: 'Slower.' };
    await expect(streamed({ error: { status: 429 } })).rejects.toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 429 },
    });
    await expect(streamed({ errorEventAfterChunks: 3 })).rejects.toMatchObject({
      name: 'ModelStreamErrorException',
    });
    await expect(
      streamed({ errorEventAfterChunks: 0, errorEvent: throttled }),
    ).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Slower.' });
    await expect(streamed({ cutAfterChunks: 3 })).rejects.toThrow(/aborted|closed/u);
    await expect(streamed({ cutAfterChunks: 0 })).rejects.toThrow(/aborted|closed/u);
    expect(await streamed({ endAfterChunks: 3 })).toHaveLength(3);
    expect(fake.calls.every(({ finished, aborted }) => finished && !aborted)).toBe(true);
  });

  it('sees who leaves a stream', async () => {
    fake.script = () => ({ hold: new Promise(() => {}), holdAfterChunks: 3 });
    const abort = new AbortController();
    const { stream = [] } = await client.send(new ConverseStreamCommand(ask), {
      abortSignal: abort.signal,
    });
    for await (const event of stream as AsyncIterable<ConverseStreamOutput>) {
      if (event.contentBlockDelta) break;
    }
    // The SDK does not tell the server of a broken loop, over neither HTTP.
    abort.abort();
    await expect.poll(() => fake.calls[0]?.finished, { timeout: 5000 }).toBe(true);
    expect(fake.calls[0]).toMatchObject({ aborted: true, status: 200 });
  });
});
