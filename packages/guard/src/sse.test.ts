// Events come out whole and byte for byte, wherever the chunks are cut.
import { describe, expect, test } from 'vitest';
import { concat } from './splitter.ts';
import { SseSplitter } from './sse.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function split(text: string, size: number) {
  const bytes = encode(text);
  const splitter = new SseSplitter();
  const raw = [];
  for (let at = 0; at < bytes.length; at += size)
    raw.push(...splitter.push(bytes.slice(at, at + size)));
  const tail = splitter.end();
  if (tail) raw.push(tail);
  return {
    events: raw.flatMap(({ event }) => event ?? []),
    bytes: concat(raw.map((r) => r.bytes)),
  };
}

const streams: readonly [string, string, readonly object[]][] = [
  ['LF', 'data: {"a":"é"}\n\ndata: [DONE]\n\n', [{ data: '{"a":"é"}' }, { data: '[DONE]' }]],
  ['CRLF', 'event: x\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n', [{ name: 'x', data: '1' }, { data: '2' }]],
  ['CR', 'data: 1\r\rdata: 2\r\r', [{ data: '1' }, { data: '2' }]],
  ['comments', ': hello\n\ndata: 1\n\n', [{ data: '1' }]],
  ['two lines of data', 'data: a\ndata:b\nid: 7\n\n', [{ data: 'a\nb' }]],
  ['no end', 'data: 1\n\ndata: 2', [{ data: '1' }, { data: '2' }]],
  ['blank lines', '\n\n\ndata: 1\n\n\n\n', [{ data: '1' }]],
];

describe.each(streams)('%s', (_, text, expected) => {
  test.each([1, 2, 3, 7, 1000])('in chunks of %i', (size) => {
    const { events, bytes } = split(text, size);
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
    expect(new TextDecoder().decode(bytes)).toBe(text);
  });
});

test('what was pushed may be overwritten afterwards', () => {
  const splitter = new SseSplitter();
  const chunk = encode('data: ab');
  splitter.push(chunk);
  chunk.fill(0);
  expect(splitter.push(encode('c\n\n'))[0]?.event).toEqual({ name: undefined, data: 'abc' });
});

describe('an event that is too long to be kept', () => {
  const image = 'A'.repeat(3 * 1024 * 1024);
  const long = `event: x\ndata: {"image":"${image}","usage":{"n":7}}\n\n`;
  const text = `data: 1\n\n${long}data: 2\n\n`;

  test.each([1000, 65_536, 10_000_000])('in chunks of %i: a skeleton, and every byte', (size) => {
    const { events, bytes } = split(text, size);
    expect(bytes).toHaveLength(text.length);
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(events).toHaveLength(3);
    expect(events[1]?.data.length).toBeLessThan(2000);
    expect(events[1]?.name).toBe('x');
    expect(JSON.parse(events[1]!.data)).toMatchObject({ usage: { n: 7 } });
  });

  test('its bytes are passed on as they come, and it says so', () => {
    const splitter = new SseSplitter();
    const first = splitter.push(encode(long.slice(0, 1024 * 1024 + 1)));
    expect(first.map(({ bytes }) => bytes.length)).toEqual([1024 * 1024 + 1]);
    expect(splitter.pendingBytes).toBe(Infinity);
    expect(splitter.push(encode('AA'))[0]?.bytes).toHaveLength(2);
    const [last] = splitter.push(encode('"}\n\n'));
    expect(last).toMatchObject({ isShortened: true, event: { name: 'x' } });
  });

  test('one without data, or without an end, is passed on as well', () => {
    const comment = `: ${image}`;
    const { events, bytes } = split(comment, 65_536);
    expect(bytes).toHaveLength(comment.length);
    expect(events).toEqual([{ name: undefined, data: '' }]);
  });
});
