// Lines come out whole and byte for byte, wherever the chunks are cut.
import { describe, expect, test } from 'vitest';
import { framingOf } from './framing.ts';
import { LineSplitter } from './lines.ts';
import { concat } from './splitter.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function split(text: string, size: number) {
  const bytes = encode(text);
  const splitter = new LineSplitter();
  const raw = [];
  for (let at = 0; at < bytes.length; at += size)
    raw.push(...splitter.push(bytes.slice(at, at + size)));
  const tail = splitter.end();
  if (tail) raw.push(tail);
  return {
    raw,
    data: raw.flatMap(({ event }) => event?.data ?? []),
    bytes: concat(raw.map((r) => r.bytes)),
  };
}

const streams: readonly [string, string, readonly string[]][] = [
  ['LF', '{"a":"é"}\n{"done":true}\n', ['{"a":"é"}', '{"done":true}']],
  ['CRLF', '{"a":1}\r\n{"b":"x\\r\\ny"}\r\n', ['{"a":1}', '{"b":"x\\r\\ny"}']],
  ['no end', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ['blank lines', '\n\r\n{"a":1}\n\n', ['{"a":1}']],
  ['no JSON', 'upstream error\n', ['upstream error']],
];

describe.each(streams)('%s', (_, text, expected) => {
  test.each([1, 2, 3, 7, 1000])('in chunks of %i', (size) => {
    const { data, bytes } = split(text, size);
    expect(data).toEqual(expected);
    expect(new TextDecoder().decode(bytes)).toBe(text);
  });
});

test('what was pushed may be overwritten afterwards', () => {
  const splitter = new LineSplitter();
  const chunk = encode('{"a":');
  splitter.push(chunk);
  chunk.fill(0);
  expect(splitter.push(encode('1}\n'))[0]?.event?.data).toBe('{"a":1}');
});

describe('a line that is too long to be kept', () => {
  const long = `{"context":"${'A'.repeat(3 * 1024 * 1024)}","done":true,"eval_count":7}\n`;
  const text = `{"n":1}\n${long}{"n":2}\n`;

  test.each([1000, 65_536, 10_000_000])('in chunks of %i: a skeleton, and every byte', (size) => {
    const { raw, data, bytes } = split(text, size);
    expect(bytes).toHaveLength(text.length);
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(data).toHaveLength(3);
    expect(data[1]!.length).toBeLessThan(2000);
    expect(JSON.parse(data[1]!)).toMatchObject({ done: true, eval_count: 7 });
    const shortened = raw.filter(({ isShortened }) => isShortened);
    expect(shortened.map(({ event }) => event?.data)).toEqual([data[1]]);
  });

  test('its bytes are passed on as they come', () => {
    const splitter = new LineSplitter();
    const first = splitter.push(encode(long.slice(0, 1024 * 1024 + 1)));
    expect(first.map(({ bytes }) => bytes.length)).toEqual([1024 * 1024 + 1]);
    expect(splitter.pendingBytes).toBe(Infinity);
    expect(splitter.push(encode('AA'))[0]?.bytes).toHaveLength(2);
    expect(splitter.end()).toMatchObject({ isShortened: true });
  });
});

test.each([
  'application/x-ndjson',
  'application/x-ndjson; charset=utf-8',
  'application/stream+json',
  'application/jsonl',
])('%s is cut into lines', (type) => {
  const { kind, splitter } = framingOf(new Headers({ 'content-type': type }), false);
  expect(kind).toBe('stream');
  expect(splitter).toBeInstanceOf(LineSplitter);
});
