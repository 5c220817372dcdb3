// Frames of an AWS event stream (`application/vnd.amazon.eventstream`), as the service encodes them.
import { crc32 } from 'node:zlib';

/** Names and values; all values are strings on this wire. */
export type FrameHeaders = Readonly<Record<string, string>>;

const STRING = 7;

/** Length of the whole and of its headers, a sum of these two, headers, payload, a sum of it all. */
export function encodeEventFrame(headers: FrameHeaders, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(encodeHeader));
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(head.length + body.length + 16, 0);
  prelude.writeUInt32BE(head.length, 4);
  const summed = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([summed, checksum(summed)]);
}

export function eventFrame(type: string, payload: unknown): Buffer {
  const headers = {
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  };
  return encodeEventFrame(headers, JSON.stringify(payload));
}

/** What ends a stream that fails: `modelStreamErrorException`, `throttlingException`. */
export function exceptionFrame(type: string, message: string): Buffer {
  const headers = {
    ':exception-type': type,
    ':content-type': 'application/json',
    ':message-type': 'exception',
  };
  return encodeEventFrame(headers, JSON.stringify({ message }));
}

function encodeHeader([name, value]: readonly [string, string]): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  const parts = [Buffer.of(Buffer.byteLength(name)), Buffer.from(name), Buffer.of(STRING)];
  return Buffer.concat([...parts, length, Buffer.from(value)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
