// Splits the bytes of an AWS event stream (`application/vnd.amazon.eventstream`) into its frames
// (https://smithy.io/2.0/aws/amazon-eventstream.html).
import { crc32 } from 'node:zlib';
import type { StreamEvent } from '@spendfuse/providers';
import { JsonSkimmer } from './skim.ts';
import { concat, type RawEvent, type Splitter } from './splitter.ts';

/** Length of the frame, length of its headers, and a sum over these two: 4 bytes each. */
const PRELUDE_BYTES = 12;
/** The sum over the whole frame, at its end. It is for the reader of the stream to check. */
const SUM_BYTES = 4;
/** The most that the headers of a frame may take. */
const MAX_HEADERS_BYTES = 128 * 1024;
/** Longer frames (up to 16 MB are allowed) are passed on in parts, and skimmed. */
const MAX_FRAME_BYTES = 1024 * 1024;

interface LongFrame {
  readonly name: string | undefined;
  readonly skimmer: JsonSkimmer;
  /** Of the frame, still to come. */
  leftBytes: number;
}

/**
 * Looks at each byte once, and keeps no more of a frame than 1 MiB. Behind a prelude that cannot be one
 * nothing tells where the next frame begins: what follows is passed on unread.
 */
export class EventStreamSplitter implements Splitter {
  #parts: Uint8Array[] = [];
  #held = 0;
  /** Bytes from the start of a frame with which something can be done. */
  #needed = PRELUDE_BYTES;
  #long: LongFrame | undefined;
  #isBroken = false;

  push(chunk: Uint8Array): readonly RawEvent[] {
    const events: RawEvent[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#isBroken) {
        events.push(part(rest));
        break;
      }
      if (this.#long) {
        rest = this.#pass(this.#long, { bytes: rest, events });
        continue;
      }
      if (this.#held + rest.length < this.#needed) {
        // A copy: the chunk's memory may be given away to the reader of the stream.
        this.#parts.push(new Uint8Array(rest));
        this.#held += rest.length;
        break;
      }
      const bytes = this.#held === 0 ? rest : concat([...this.#take(), rest]);
      rest = this.#cut(bytes, events);
    }
    return events;
  }

  end(): RawEvent | undefined {
    return this.#held === 0 ? undefined : part(concat(this.#take()));
  }

  get pendingBytes(): number {
    return this.#long || this.#isBroken ? Infinity : this.#held;
  }

  /** What is left behind what could be done with these bytes, which begin with a frame. */
  #cut(bytes: Uint8Array, events: RawEvent[]): Uint8Array {
    const { frameBytes, headersBytes, isSound } = preludeOf(bytes);
    if (!isSound) {
      this.#isBroken = true;
      return bytes;
    }
    const headersEnd = PRELUDE_BYTES + headersBytes;
    const isLong = frameBytes > MAX_FRAME_BYTES;
    this.#needed = isLong ? headersEnd : frameBytes;
    if (bytes.length < this.#needed) return bytes;
    const end = this.#needed;
    this.#needed = PRELUDE_BYTES;
    const name = nameOf(bytes.subarray(PRELUDE_BYTES, headersEnd));
    if (isLong) {
      this.#long = { name, skimmer: new JsonSkimmer(), leftBytes: frameBytes - headersEnd };
      events.push(part(bytes.subarray(0, end)));
    } else {
      const data = textOf(bytes.subarray(headersEnd, end - SUM_BYTES));
      events.push({ bytes: bytes.subarray(0, end), event: { name, data }, isShortened: false });
    }
    return bytes.subarray(end);
  }

  #pass(
    long: LongFrame,
    { bytes, events }: { readonly bytes: Uint8Array; readonly events: RawEvent[] },
  ): Uint8Array {
    const mine = bytes.subarray(0, long.leftBytes);
    long.skimmer.push(mine.subarray(0, Math.max(0, long.leftBytes - SUM_BYTES)));
    long.leftBytes -= mine.length;
    if (long.leftBytes > 0) {
      events.push(part(mine));
      return new Uint8Array(0);
    }
    this.#long = undefined;
    const event: StreamEvent = { name: long.name, data: long.skimmer.end() ?? '' };
    events.push({ bytes: mine, event, isShortened: true });
    return bytes.subarray(mine.length);
  }

  #take(): readonly Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#held = 0;
    return parts;
  }
}

function part(bytes: Uint8Array): RawEvent {
  return { bytes, event: undefined, isShortened: false };
}

interface Prelude {
  readonly frameBytes: number;
  readonly headersBytes: number;
  readonly isSound: boolean;
}

function preludeOf(bytes: Uint8Array): Prelude {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PRELUDE_BYTES);
  const frameBytes = view.getUint32(0);
  const headersBytes = view.getUint32(4);
  const fits =
    headersBytes <= MAX_HEADERS_BYTES && frameBytes >= PRELUDE_BYTES + headersBytes + SUM_BYTES;
  return {
    frameBytes,
    headersBytes,
    isSound: fits && crc32(bytes.subarray(0, 8)) === view.getUint32(8),
  };
}

const STRING = 7;
/** Of the values of a header by their type; undefined: the length comes before it, in 2 bytes. */
const VALUE_BYTES: readonly (number | undefined)[] = [
  0,
  0,
  1,
  2,
  4,
  8,
  undefined,
  undefined,
  8,
  16,
];

/** Frames of all kinds have one of these, whatever `:message-type` says. */
const NAMES: ReadonlySet<string> = new Set([':event-type', ':exception-type', ':error-code']);

/** Of the event, or of the exception that ends the stream; undefined where no header says. */
function nameOf(headers: Uint8Array): string | undefined {
  const bytes = Buffer.from(headers.buffer, headers.byteOffset, headers.length);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const type = bytes[nameEnd];
    if (type === undefined || type >= VALUE_BYTES.length || nameEnd + 3 > bytes.length) break;
    const fixed = VALUE_BYTES[type];
    const start = nameEnd + (fixed === undefined ? 3 : 1);
    const end = start + (fixed ?? bytes.readUInt16BE(nameEnd + 1));
    if (type === STRING && NAMES.has(bytes.toString('latin1', at + 1, nameEnd))) {
      return bytes.toString('utf8', start, Math.min(end, bytes.length));
    }
    at = end;
  }
  return undefined;
}

function textOf(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString();
}
