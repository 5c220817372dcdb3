// Splits the bytes of a server-sent event stream into whole events (WHATWG HTML, "event stream").
import type { StreamEvent } from '@spendfuse/providers';

export interface RawEvent {
  /** As they came, the blank line included. */
  readonly bytes: Uint8Array;
  /** Undefined where the block carries no data: a comment, a blank line. */
  readonly event: StreamEvent | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/** Every byte pushed comes out again exactly once, in order, in the event that it belongs to. */
export class SseSplitter {
  #pending: Uint8Array = NOTHING;
  /** In `#pending`: what has been looked at, and where the line it belongs to begins. */
  #scanned = 0;
  #lineStart = 0;
  readonly #decoder = new TextDecoder();

  push(chunk: Uint8Array): readonly RawEvent[] {
    this.#pending = concat([this.#pending, chunk]);
    const bytes = this.#pending;
    const events: RawEvent[] = [];
    let start = 0;
    let at = this.#scanned;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== LF && byte !== CR) continue;
      // Whether a CR is a whole line end only shows in the byte behind it.
      if (byte === CR && at + 1 === bytes.length) break;
      const isBlank = at === this.#lineStart;
      if (byte === CR && bytes[at + 1] === LF) at += 1;
      this.#lineStart = at + 1;
      if (!isBlank) continue;
      events.push(this.#raw(bytes.subarray(start, at + 1)));
      start = at + 1;
    }
    // A copy: the chunk's memory may be given away to the reader of the stream.
    this.#pending = bytes.slice(start);
    this.#scanned = at - start;
    this.#lineStart -= start;
    return events;
  }

  /** What is left at the end of the stream, whole or not. */
  end(): RawEvent | undefined {
    const bytes = this.#pending;
    this.#pending = NOTHING;
    return bytes.length === 0 ? undefined : this.#raw(bytes);
  }

  #raw(bytes: Uint8Array): RawEvent {
    return { bytes, event: parse(this.#decoder.decode(bytes)) };
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function parse(block: string): StreamEvent | undefined {
  let name: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/u)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n') };
}
