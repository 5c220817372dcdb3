// Frames of an AWS event stream are cut out of any chunks, byte for byte, whole or broken.
import { crc32 } from 'node:zlib';
import { encodeEventFrame, eventFrame, exceptionFrame } from '@spendfuse/testkit';
import { describe, expect, it } from 'vitest';
import { EventStreamSplitter } from './event-stream.ts';
import type { RawEvent } from './splitter.ts';

const first = eventFrame('messageStart', { role: 'assistant' });
const second = eventFrame('contentBlockDelta', { delta: { text: 'naïve 🌊' } });
const last = exceptionFrame('throttlingException', 'Too many tokens.');
const stream = Buffer.concat([first, second, last]);

const long = { bytes: 'A'.repeat(3_000_000), usage: { inputTokens: 7 } };

function split(
  bytes: Uint8Array,
  size: number,
): { events: RawEvent[]; splitter: EventStreamSplitter } {
  const splitter = new EventStreamSplitter();
  const events: RawEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    events.push(...splitter.push(bytes.subarray(at, at + size)));
  }
  const end = splitter.end();
  return { events: end ? [...events, end] : events, splitter };
}

const bytesOf = (events: readonly RawEvent[]): Buffer => Buffer.concat(events.map((e) => e.bytes));
const told = (events: readonly RawEvent[]) => events.flatMap(({ event }) => (event ? [event] : []));

describe('whole frames', () => {
  it.each([1, 2, 3, 7, 11, 12, 13, 50, 100_000])('in chunks of %d bytes', (size) => {
    const { events, splitter } = split(stream, size);
    expect(bytesOf(events)).toEqual(stream);
    expect(told(events)).toEqual([
      { name: 'messageStart', data: '{"role":"assistant"}' },
      { name: 'contentBlockDelta', data: '{"delta":{"text":"naïve 🌊"}}' },
      { name: 'throttlingException', data: '{"message":"Too many tokens."}' },
    ]);
    expect(splitter.pendingBytes).toBe(0);
  });

  it('keep nothing of the memory that they came in', () => {
    const splitter = new EventStreamSplitter();
    const chunk = new Uint8Array(first.subarray(0, 20));
    splitter.push(chunk);
    chunk.fill(0);
    expect(told(splitter.push(first.subarray(20)))).toHaveLength(1);
  });

  it('have headers of all types, of which only a name is read', () => {
    const headers = Buffer.concat([
      ...[0, 1].map((type) => header('b', type, Buffer.alloc(0))),
      ...(
        [
          [2, 1],
          [3, 2],
          [4, 4],
          [5, 8],
          [8, 8],
          [9, 16],
        ] as const
      ).map(([type, length]) => header('n', type, Buffer.alloc(length, 0xff))),
      header(':date', 6, Buffer.of(0, 3, 1, 2, 3)),
      header(':event-type', 7, Buffer.from('\0\x05chunk', 'latin1')),
    ]);
    const plain = encodeEventFrame({}, '{}');
    const frame = withHeaders(plain, headers);
    expect(told(split(frame, 5).events)).toEqual([{ name: 'chunk', data: '{}' }]);
  });
});

describe('what is left', () => {
  it.each([5, 12, 30, first.length + 5])('of a stream that breaks off after %d bytes', (length) => {
    const { events } = split(stream.subarray(0, length), 4);
    expect(bytesOf(events)).toEqual(stream.subarray(0, length));
    expect(told(events)).toHaveLength(length > first.length ? 1 : 0);
  });

  it('is told while it waits for the rest', () => {
    const splitter = new EventStreamSplitter();
    splitter.push(first.subarray(0, 30));
    expect(splitter.pendingBytes).toBe(30);
  });
});

describe('broken frames', () => {
  const cases = {
    'a length below that of an empty frame': Buffer.alloc(40),
    'headers longer than the frame': patched(second, 4, 10_000),
    'a sum that does not fit': patched(second, 8, 1),
    'server-sent events': Buffer.from('data: {"a":1}\n\ndata: [DONE]\n\n'),
  };
  it.each(Object.entries(cases))(
    '%s: all that follows passes, and counts as unread',
    (_, bytes) => {
      for (const size of [1, 9, 1000]) {
        const { events, splitter } = split(Buffer.concat([first, bytes, last]), size);
        expect(bytesOf(events)).toEqual(Buffer.concat([first, bytes, last]));
        expect(told(events)).toHaveLength(1);
        expect(splitter.pendingBytes).toBe(Infinity);
      }
    },
  );

  it('headers that are none leave the event without a name', () => {
    for (const bytes of [Buffer.of(200, 1, 2), Buffer.of(1, 65, 99, 0, 0), Buffer.of(1, 65, 7)]) {
      const frame = withHeaders(encodeEventFrame({}, '{"a":1}'), bytes);
      expect(told(split(frame, 6).events)).toEqual([{ name: undefined, data: '{"a":1}' }]);
    }
  });
});

describe('a frame too long to be kept', () => {
  const bytes = Buffer.concat([first, eventFrame('chunk', long), last]);

  it.each([1000, 65_536, 10_000_000])('passes in parts of %d bytes, and is skimmed', (size) => {
    const splitter = new EventStreamSplitter();
    const events: RawEvent[] = [];
    let most = 0;
    for (let at = 0; at < bytes.length; at += size) {
      events.push(...splitter.push(bytes.subarray(at, at + size)));
      if (splitter.pendingBytes !== Infinity) most = Math.max(most, splitter.pendingBytes);
    }
    expect(bytesOf(events).equals(bytes)).toBe(true);
    expect(most).toBeLessThan(66_000);
    const [, skeleton, end] = told(events);
    expect(skeleton?.name).toBe('chunk');
    expect(JSON.parse(skeleton?.data ?? '')).toMatchObject({ usage: { inputTokens: 7 } });
    expect(end?.name).toBe('throttlingException');
    expect(events.filter(({ isShortened }) => isShortened)).toHaveLength(1);
  });
});

function header(name: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(type), value]);
}

/** The same payload behind other headers. */
function withHeaders(plain: Buffer, headers: Buffer): Buffer {
  const payload = plain.subarray(12, -4);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + payload.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(prelude));
  return Buffer.concat([prelude, sum, headers, payload, Buffer.alloc(4)]);
}

function patched(frame: Buffer, place: number, value: number): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt32BE(value, place);
  return copy;
}
