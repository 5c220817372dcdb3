// Messages to bytes and back: integers exact, unknown fields dropped, anything malformed an error.
import { SpendfuseError } from '@spendfuse/core';
import protobuf from 'protobufjs/minimal.js';

/** The largest message that either side sends or takes. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** What the generated code offers for each message. */
interface Generated<Message> {
  encode(message: Message, writer?: protobuf.Writer): protobuf.Writer;
  decode(reader: protobuf.Reader): Message;
}

export interface Codec<Message> {
  readonly encode: (message: Message) => Buffer;
  /** @throws SpendfuseError `INVALID_ARGUMENT` for bytes that are no such message. */
  readonly decode: (bytes: Uint8Array) => Message;
}

export function codec<Message>(name: string, generated: Generated<Message>): Codec<Message> {
  return {
    encode: (message) => bytesOf(generated.encode(message)),
    decode: (bytes) => {
      try {
        return decodeExact(generated, bytes);
      } catch (cause) {
        throw malformed(name, cause);
      }
    },
  };
}

/** @throws RangeError and others for bytes that are no such message. */
export function decodeExact<Message>(
  generated: Pick<Generated<Message>, 'decode'>,
  bytes: Uint8Array,
): Message {
  const reader = new ExactReader(asBuffer(bytes));
  reader.discardUnknown = true;
  return generated.decode(reader);
}

export function malformed(name: string, cause: unknown): SpendfuseError {
  const message = `the message is no ${name}`;
  return new SpendfuseError({ code: 'INVALID_ARGUMENT', message, cause });
}

/** The bytes without a copy: the writer is not used again. */
function bytesOf(writer: protobuf.Writer): Buffer {
  return asBuffer(writer.finish(true));
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads int64 as a plain number. The library would make Long objects of them (or not, as whoever else
 * uses it in this process has set it up). Exact up to 2^53 - 1 either way; what is beyond comes out
 * beyond as well, and is refused where the field is named.
 */
class ExactReader extends protobuf.BufferReader {
  override int64(): never {
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.len) throw new RangeError('a varint is cut off');
      const byte = this.buf[this.pos++] as number;
      if (shift < 28) low |= (byte & 127) << shift;
      else if (shift < 56) middle |= (byte & 127) << (shift - 28);
      else high |= (byte & 127) << (shift - 56);
      // The library's types know only Long; those of the generated code say number.
      if (byte < 128) return join64(low, middle, high & 255) as never;
    }
    throw new RangeError('a varint is longer than ten bytes');
  }
}

const TWO_28 = 2 ** 28;
const TWO_56 = 2 ** 56;

/** 28, 28 and 8 bits of a two's complement number. */
function join64(low: number, middle: number, high: number): number {
  if (high < 128) return low + middle * TWO_28 + high * TWO_56;
  // Of a small negative number each part alone would be too large to be exact.
  return -(TWO_28 - low + (TWO_28 - 1 - middle) * TWO_28 + (255 - high) * TWO_56);
}
