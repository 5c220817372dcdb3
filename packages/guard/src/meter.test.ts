// What is learned from a response of any length, at what cost, and that no byte of it changes.
import { openai } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import { bodyMeter, lengthMeter, type Meter, streamMeter } from './meter.ts';
import { SseSplitter } from './sse.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const MB = 1024 * 1024;
const headers = new Headers();

function feed(meter: Meter, text: string | Uint8Array, size = 64 * 1024): Uint8Array {
  const bytes = typeof text === 'string' ? encode(text) : text;
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    out.push(meter.push(bytes.slice(at, at + size)));
  }
  out.push(meter.end());
  return Buffer.concat(out);
}

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const counted = { inputTokens: 5, outputTokens: 7 };

describe('bodies', () => {
  const api = 'chat.completions';
  const body = (content: string): string =>
    JSON.stringify({ usage, id: 'c1', model: 'm', choices: [{ message: { content } }] });
  const last = (content: string): string =>
    JSON.stringify({ id: 'c1', model: 'm', choices: [{ message: { content } }], usage });

  test.each([
    ['short', body('x'), false],
    ['long, usage first', body('é'.repeat(2 * MB)), true],
    ['long, usage last', last('é'.repeat(2 * MB)), true],
    [
      'a long list',
      `{"id":"c1","model":"m","data":[${'0.25,'.repeat(MB)}1],"usage":${JSON.stringify(usage)}}`,
      true,
    ],
  ])('%s', (_, text, hasUnread) => {
    const meter = bodyMeter({ provider: openai, api, headers });
    expect(Buffer.compare(feed(meter, text), encode(text))).toBe(0);
    expect(meter.facts()).toMatchObject({ usage: counted, id: 'c1', model: 'm' });
    expect(meter.bytes).toBe(encode(text).length);
    expect(meter.hasUnread).toBe(hasUnread);
  });

  test('what is no JSON, and a reader that throws, report nothing', () => {
    const meter = bodyMeter({ provider: openai, api, headers });
    feed(meter, body('x').slice(0, -3));
    expect(meter.facts().usage).toBeUndefined();
    const throwing = {
      ...openai,
      usage: (name: string, value: unknown) => {
        if (value !== undefined) throw new Error('bug');
        return openai.usage(name, value);
      },
    };
    const safe = bodyMeter({ provider: throwing, api, headers });
    feed(safe, body('x'));
    expect(safe.facts().usage).toBeUndefined();
  });

  test.each([
    ['nothing', '', true],
    ['half an answer', body('x').slice(0, -3), true],
    ['an answer', body('x'), false],
    ['a page', '<html>It works!</html>', false],
  ])('of %s more may have been made: %#', (_, text, hasUnread) => {
    const meter = bodyMeter({ provider: openai, api, headers });
    feed(meter, text);
    expect(meter.hasUnread).toBe(hasUnread);
  });

  test('audio is counted, and never taken for text', () => {
    const meter = lengthMeter({ provider: openai, api: 'audio.speech', headers });
    const audio = new Uint8Array(3 * MB).fill(0x7b);
    expect(Buffer.compare(feed(meter, audio), audio)).toBe(0);
    expect(meter).toMatchObject({ bytes: 3 * MB, hasUnread: true });
  });
});

describe('streams', () => {
  const meterOf = (hidesUsage: boolean, outputs: string[] = []): Meter =>
    streamMeter({
      provider: openai,
      api: 'chat.completions',
      splitter: new SseSplitter(),
      hidesUsage,
      onEvent: (output) => outputs.push(output),
    });
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
  const usageEvent = `data: ${JSON.stringify({ choices: [], usage })}\n\n`;

  test.each([1, 10, 100_000])(
    'only the event with nothing but usage is withheld, by %i',
    (size) => {
      const text = `${chunk('a')}${chunk('b')}`;
      const outputs: string[] = [];
      const meter = meterOf(true, outputs);
      const seen = feed(meter, `${text}${usageEvent}data: [DONE]\n\n`, size);
      expect(new TextDecoder().decode(seen)).toBe(`${text}data: [DONE]\n\n`);
      expect(meter).toMatchObject({ isTerminal: true, hasUnread: false });
      expect(meter.facts()).toMatchObject({ usage: counted, uncountedEvents: 0, outputEvents: 2 });
      expect(outputs).toEqual(['a', 'b', '', '']);
    },
  );

  test('of an event too long to be read, nothing is withheld, and it is known', () => {
    const meter = meterOf(true);
    const long = `data: {"choices":[],"pad":"${'x'.repeat(2 * MB)}","usage":${JSON.stringify(usage)}}\n\n`;
    expect(Buffer.compare(feed(meter, long), encode(long))).toBe(0);
    expect(meter.facts().usage).toMatchObject(counted);
    expect(meter.hasUnread).toBe(true);
  });

  test('half an event of some length is not read either', () => {
    const meter = meterOf(false);
    meter.push(encode(`${chunk('a')}data: {"choices"`));
    expect(meter.hasUnread).toBe(false);
    meter.push(encode('x'.repeat(20_000)));
    expect(meter.hasUnread).toBe(true);
  });
});
