// Images and audio: what is held for them before, and read of them after.
import { usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { openai } from './index.ts';

const metered = (api: string): Metered => ({ kind: 'metered', api, operation: 'x', path: '/' });
const file = (bytes: number) => ({ name: 'a.wav', type: 'audio/wav', bytes });

describe('the most that an image can cost', () => {
  const text = 1_000;
  const cases: readonly [JsonObject, number][] = [
    [{ model: 'gpt-image-1', quality: 'low', size: '1024x1024' }, 272 + text],
    [{ model: 'gpt-image-1', quality: 'high', size: '1024x1536' }, 6_240 + text],
    [{ model: 'gpt-image-1', quality: 'auto', size: 'auto' }, 6_240 + text],
    [{ model: 'gpt-image-1' }, 6_240 + text],
    [{ model: 'gpt-image-1.5', quality: 'medium', size: '1536x1024' }, 1_568 + text],
    [{ model: 'gpt-image-1-mini', quality: 'medium' }, 1_875 + text],
    // Known from the provider's own calculator.
    [{ model: 'gpt-image-2', quality: 'high', size: '1024x1024' }, 7_024 + text],
    [{ model: 'gpt-image-2', quality: 'high', size: '1536x1024' }, 5_488 + text],
    [{ model: 'gpt-image-2', quality: 'high', size: '3584x2048' }, 12_329 + text],
    [{ model: 'gpt-image-2', quality: 'high', size: '0x0' }, 23_719 + text],
    [{ model: 'someone-else', quality: 'low', size: '1024x1024' }, 196 + text],
    [{ model: 'gpt-image-2.5-flare', quality: 'max', size: '1024x1024' }, 4 * 7_024 + text],
    [{ model: 'gpt-image-1', stream: true, partial_images: 3 }, 6_240 + 300 + text],
    [{ model: 'gpt-image-1', quality: 'low', output_format: 'gif' }, 9 * 408 + text],
    [{ model: 'dall-e-3', quality: 'hd' }, 1],
  ];
  test.each(cases)('%j: %i', (body, maxOutputTokens) => {
    const facts = openai.request(metered('images.generations'), body);
    expect(facts).toMatchObject({ maxOutputTokens, choices: 1, outputMedia: 'image' });
  });

  test('in a form, numbers and flags are texts', () => {
    const form = { model: 'gpt-image-1', n: '3', stream: 'true', partial_images: '2' };
    expect(openai.request(metered('images.edits'), form)).toMatchObject({
      choices: 3,
      stream: true,
      maxOutputTokens: 6_240 + 200 + text,
      clampable: false,
      downgradable: false,
    });
  });

  test('a variation that names no model is one of DALL·E 2', () => {
    const facts = openai.request(metered('images.variations'), { n: '4' });
    expect(facts).toMatchObject({ model: 'dall-e-2', maxOutputTokens: 1, choices: 4 });
  });
});

describe('images that come in', () => {
  const prompt = { model: 'gpt-image-1', prompt: 'A boat' };
  const bound = (body: JsonObject) => openai.bound(metered('images.edits'), body);

  test('cost the most that tiles can, and more with high fidelity', () => {
    const one = bound({ ...prompt, image: file(9) });
    expect(one).toMatchObject({ texts: ['A boat'], imageTokens: 581 });
    expect(one.maxTokens).toBe(one.extraTokens + 6);
    const two = { 'image[]': [file(9), file(9)], mask: file(9), input_fidelity: 'high' };
    expect(bound({ ...prompt, ...two }).imageTokens).toBe(3 * (581 + 6_240));
  });

  test('may be named in a body of JSON', () => {
    const named = { images: [{ image_url: 'https://a' }], mask: { file_id: 'f' } };
    expect(bound({ ...prompt, ...named }).imageTokens).toBe(2 * 581);
  });

  test('of an unknown model cost as much as the dearest, of DALL·E nothing', () => {
    expect(bound({ ...prompt, model: 'x', image: file(9) }).imageTokens).toBeGreaterThan(48_000);
    expect(bound({ ...prompt, model: 'dall-e-2', image: file(9) }).maxTokens).toBe(0);
  });
});

describe('audio', () => {
  const heard: readonly [JsonObject, number, number][] = [
    [{ model: 'gpt-4o-transcribe', file: file(80_000) }, 1_000, 2_000],
    // No more than the model can take in, unless it comes in pieces.
    [{ model: 'gpt-4o-transcribe', file: file(25e6) }, 16_000, 2_000],
    [
      { model: 'gpt-4o-transcribe-diarize', file: file(25e6), chunking_strategy: 'auto' },
      312_500,
      312_500,
    ],
    [{ model: 'whisper-1', file: file(80_000) }, 100, 0],
  ];
  test.each(heard)('%j is at most %i in and %i out', (body, audioTokens, maxOutputTokens) => {
    expect(openai.bound(metered('audio.transcriptions'), body)).toMatchObject({ audioTokens });
    expect(openai.request(metered('audio.transcriptions'), body)).toMatchObject({
      maxOutputTokens,
      stream: false,
    });
  });

  test('speech is bounded by its text', () => {
    const body = { model: 'gpt-4o-mini-tts', input: 'Hello', instructions: 'Slowly', voice: 'x' };
    expect(openai.bound(metered('audio.speech'), body).texts).toEqual(['Hello', 'Slowly']);
    expect(openai.request(metered('audio.speech'), body)).toMatchObject({
      maxOutputTokens: 20 + 50,
      outputMedia: 'audio',
      bytesPerOutputToken: 400,
      stream: false,
    });
    const events = { ...body, stream_format: 'sse', response_format: 'pcm' };
    expect(openai.request(metered('audio.speech'), events)).toMatchObject({
      stream: true,
      hiddenOutput: true,
      bytesPerOutputToken: 2_400,
    });
  });

  test('tts-1 is billed by the character', () => {
    const body = { model: 'tts-1-hd', input: 'Grüße', voice: 'x' };
    expect(openai.bound(metered('audio.speech'), body)).toMatchObject({
      texts: [],
      extraTokens: 5,
      maxTokens: 5,
    });
    expect(openai.request(metered('audio.speech'), body).maxOutputTokens).toBe(0);
  });
});

describe('usage', () => {
  const usage = (api: string, wire: unknown) => openai.usage(api, { usage: wire }).usage;

  test('of images tells text and images apart', () => {
    const details = { text_tokens: 20, image_tokens: 581 };
    const wire = { input_tokens: 601, output_tokens: 4_160, input_tokens_details: details };
    expect(usage('images.edits', wire)).toEqual(
      usageOf({
        inputTokens: 601,
        inputImageTokens: 581,
        outputTokens: 4_160,
        outputImageTokens: 4_160,
      }),
    );
    const written = { output_tokens_details: { text_tokens: 160, image_tokens: 4_000 } };
    expect(usage('images.generations', { ...wire, ...written })?.outputImageTokens).toBe(4_000);
    expect(openai.usage('images.generations', { data: [{ url: 'x' }] }).usage).toBeUndefined();
  });

  test('of a transcription is tokens, or seconds', () => {
    const details = { audio_tokens: 14, text_tokens: 3 };
    const wire = { type: 'tokens', input_tokens: 17, output_tokens: 45 };
    expect(usage('audio.transcriptions', { ...wire, input_token_details: details })).toEqual(
      usageOf({ inputTokens: 17, inputAudioTokens: 14, outputTokens: 45 }),
    );
    expect(usage('audio.transcriptions', { type: 'duration', seconds: 8.2 })).toEqual(
      usageOf({ inputTokens: 9, inputAudioTokens: 9 }),
    );
    for (const seconds of ['8', -1, NaN, 1e300]) {
      expect(usage('audio.transcriptions', { type: 'duration', seconds })).toBeUndefined();
    }
  });
});

describe('streams', () => {
  const read = (api: string, events: readonly object[]) => {
    const reader = openai.stream(api);
    const seen = events.map((data) => reader.read({ name: undefined, data: JSON.stringify(data) }));
    return { facts: reader.facts(), terminal: seen.at(-1)?.terminal };
  };

  test('an image reports when it is complete, and each of several', () => {
    const partial = { type: 'image_generation.partial_image', b64_json: 'AAAA' };
    const usage = { input_tokens: 10, output_tokens: 272 };
    const completed = { type: 'image_generation.completed', b64_json: 'AAAA', usage };
    expect(read('images.generations', [partial]).facts).toMatchObject({
      usage: undefined,
      isUsageFinal: false,
      outputEvents: 1,
    });
    const { facts } = read('images.generations', [partial, completed, completed]);
    expect(facts).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 544, outputImageTokens: 544 },
      isUsageFinal: true,
    });
  });

  test('a transcript is text, and reports at its end', () => {
    const delta = { type: 'transcript.text.delta', delta: 'Calm' };
    expect(read('audio.transcriptions', [delta]).facts).toMatchObject({ uncountedText: 'Calm' });
    const usage = { type: 'tokens', input_tokens: 14, output_tokens: 4 };
    const done = { type: 'transcript.text.done', text: 'Calm', usage };
    expect(read('audio.transcriptions', [delta, done])).toMatchObject({
      terminal: true,
      facts: { usage: { outputTokens: 4 }, isUsageFinal: true, uncountedText: '' },
    });
  });

  test('speech is audio', () => {
    const usage = { input_tokens: 14, output_tokens: 101 };
    const events = [
      { type: 'speech.audio.delta', audio: 'AAAA' },
      { type: 'speech.audio.done', usage },
    ];
    expect(read('audio.speech', events)).toMatchObject({
      terminal: true,
      facts: { usage: { outputTokens: 101, outputAudioTokens: 101 }, outputEvents: 1 },
    });
  });

  test('an error ends one', () => {
    const error = { type: 'error', error: { code: 'moderation_blocked', message: '…' } };
    expect(read('images.generations', [error])).toMatchObject({
      terminal: true,
      facts: { errorType: 'moderation_blocked', outputEvents: 0 },
    });
  });
});
