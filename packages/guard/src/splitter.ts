// What cuts the bytes of a stream into its events, whatever they are framed by.
import type { StreamEvent } from '@spendfuse/providers';

/** A piece of the stream that ends with an event, or is a part of one too long to be kept. */
export interface RawEvent {
  /** As they came, what separates it from the next included. */
  readonly bytes: Uint8Array;
  /** Undefined where the piece carries no data: a comment, a blank line, a part of an event. */
  readonly event: StreamEvent | undefined;
  /** Of an event that was too long: the bytes are its last part, the data its skeleton. */
  readonly isShortened: boolean;
}

/** Every byte pushed comes out again exactly once, in order, in the event that it belongs to. */
export interface Splitter {
  push(chunk: Uint8Array): readonly RawEvent[];
  /** What is left at the end of the stream, whole or not. */
  end(): RawEvent | undefined;
  /** Of an event that is not whole yet; Infinity where it is too long to be kept. */
  readonly pendingBytes: number;
}

/** One part is returned as it is, and shares its memory. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
