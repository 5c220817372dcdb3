// Calls to OpenAI that are charged for more, or by other means, than the tokens of an answer.
import { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { startGuardedOpenAI } from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { MODEL_MAX_OUTPUT } from '../support/recording-authority.ts';

const start = oneAtATime(startGuardedOpenAI);

describe('a response in the background', () => {
  const queued = { model: 'gpt-4o-mini', input: 'Hello, sea.', background: true as const };

  test('is charged all that it may make; to read it later is free', async () => {
    const { guarded, guardedFake, authority } = await start();
    const begun = await guarded.responses.create(queued);
    expect(begun.status).toBe('queued');
    const { tokens } = authority.reserves[0]!.estimate.inputBound;
    expect(authority.commits).toMatchObject([
      {
        usageSource: 'estimated',
        usage: { inputTokens: tokens, outputTokens: MODEL_MAX_OUTPUT },
      },
    ]);
    const done = await guarded.responses.retrieve(begun.id);
    expect(done.usage?.output_tokens).toBe(guardedFake.calls[0]?.outputTokens);
    expect(authority.reserves).toHaveLength(1);
  });

  test('is charged no more than the request allows', async () => {
    const { guarded, authority } = await start();
    await guarded.responses.create({ ...queued, max_output_tokens: 64 });
    expect(authority.commits[0]?.usage.outputTokens).toBe(64);
  });
});

describe('speech', () => {
  test.each(['mp3', 'pcm'] as const)('as %s is charged by its length', async (format) => {
    const { guarded, guardedFake, authority } = await start();
    const response = await guarded.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'coral',
      input: 'The sea is calm. '.repeat(20),
      response_format: format,
    });
    await response.arrayBuffer();
    const made = guardedFake.calls[0]!.outputTokens;
    const { usage } = authority.commits[0]!;
    expect(usage.outputTokens).toBeGreaterThanOrEqual(made);
    // MP3 of the real service has 160 kbit/s, and at least 64 are counted on.
    expect(usage.outputTokens).toBeLessThanOrEqual(made * (format === 'pcm' ? 1 : 2.5));
    expect(usage.outputAudioTokens).toBe(usage.outputTokens);
  });

  test('of tts-1 is charged by the character', async () => {
    const { guarded, authority } = await start();
    const asked = { model: 'tts-1', voice: 'coral', input: 'Grüße' } as const;
    await (await guarded.audio.speech.create(asked)).arrayBuffer();
    expect(authority.commits[0]?.usage).toMatchObject({ inputTokens: 5, outputTokens: 0 });
  });
});

test('images that are billed as such are charged as many as were asked for', async () => {
  const { guarded, authority } = await start();
  await guarded.images.generate({ model: 'dall-e-2', prompt: 'The sea', n: 3 });
  expect(authority.commits[0]?.usage).toMatchObject({
    inputTokens: 0,
    outputTokens: 3,
    outputImageTokens: 3,
  });
});

test('a picture that came in is told from text where nobody reports it', async () => {
  const { guarded, guardedFake, authority } = await start({
    script: () => ({ hold: new Promise(() => {}) }),
  });
  const controller = new AbortController();
  const image = await toFile(new Uint8Array(99), 'a.png', { type: 'image/png' });
  const running = guarded.images
    .edit({ model: 'gpt-image-1', prompt: 'The sea', image }, { signal: controller.signal })
    .catch(() => {});
  await expect.poll(() => guardedFake.calls.length).toBe(1);
  controller.abort();
  await running;
  await expect.poll(() => authority.commits.length).toBe(1);
  expect(authority.commits[0]?.usage).toMatchObject({
    inputImageTokens: 581,
    outputTokens: 7_240,
    outputImageTokens: 7_240,
  });
});

test.each([false, true])(
  'searches of the provider are held and charged (stream: %s)',
  async (stream) => {
    const { guarded, authority } = await start({ script: () => ({ webSearches: 2 }) });
    const tools = [{ type: 'web_search' as const }];
    const asked = { model: 'gpt-4o', input: 'How is the sea?', tools, max_tool_calls: 5, stream };
    const answer = await guarded.responses.create(asked);
    if (Symbol.asyncIterator in answer) for await (const _event of answer);
    expect(authority.reserves[0]?.estimate.webSearches).toBe(5);
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { webSearches: 2 },
    });
  },
);
