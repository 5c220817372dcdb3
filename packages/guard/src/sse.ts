// Splits the bytes of a server-sent event stream into whole events (WHATWG HTML, "event stream").
import type { StreamEvent } from '@spendfuse/providers';
import { JsonSkimmer } from './skim.ts';
import { concat, type RawEvent, type Splitter } from './splitter.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Longer events, such as images, are passed on in parts, and skimmed. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** Of a long event, where its data must have begun. */
const HEAD_BYTES = 4096;

interface LongEvent {
  readonly name: string | undefined;
  /** Undefined: it does not look like an event with data. */
  readonly skimmer: JsonSkimmer | undefined;
}

/** Looks at each byte once, and keeps no more of an event than 1 MiB. */
export class SseSplitter implements Splitter {
  #parts: Uint8Array[] = [];
  #held = 0;
  #long: LongEvent | undefined;
  #isLineEmpty = true;
  /** Whether a CR is a whole line end only shows in the byte behind it. */
  #isAfterCr = false;
  /** That CR has ended an event. */
  #isOver = false;
  readonly #decoder = new TextDecoder();

  push(chunk: Uint8Array): readonly RawEvent[] {
    const events: RawEvent[] = [];
    let start = 0;
    let lf = -1;
    let cr = -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#isAfterCr) {
        this.#isAfterCr = false;
        const end = byte === LF ? at + 1 : at;
        if (this.#isOver) {
          this.#isOver = false;
          events.push(this.#end(chunk.subarray(start, end)));
          start = end;
        }
        if (byte === LF) continue;
      }
      if (byte === LF) {
        if (this.#isLineEmpty) {
          events.push(this.#end(chunk.subarray(start, at + 1)));
          start = at + 1;
        }
        this.#isLineEmpty = true;
      } else if (byte === CR) {
        this.#isAfterCr = true;
        this.#isOver = this.#isLineEmpty;
        this.#isLineEmpty = true;
      } else {
        this.#isLineEmpty = false;
        // On to the end of the line; each is looked for once.
        if (lf < at) lf = placeOf(LF, chunk, at);
        if (cr < at) cr = placeOf(CR, chunk, at);
        at = Math.min(lf, cr) - 1;
      }
    }
    if (start < chunk.length) events.push(...this.#keep(chunk.subarray(start)));
    return events;
  }

  end(): RawEvent | undefined {
    return this.pendingBytes === 0 ? undefined : this.#end(new Uint8Array(0));
  }

  get pendingBytes(): number {
    return this.#long ? Infinity : this.#held;
  }

  #keep(bytes: Uint8Array): readonly RawEvent[] {
    if (this.#long) return [this.#pass(bytes)];
    // A copy: the chunk's memory may be given away to the reader of the stream.
    this.#parts.push(new Uint8Array(bytes));
    this.#held += bytes.length;
    if (this.#held <= MAX_EVENT_BYTES) return [];
    const head = this.#take();
    this.#long = longEvent(head);
    return [{ bytes: head, event: undefined, isShortened: false }];
  }

  #pass(bytes: Uint8Array): RawEvent {
    this.#long?.skimmer?.push(bytes);
    return { bytes, event: undefined, isShortened: false };
  }

  #end(bytes: Uint8Array): RawEvent {
    if (this.#long) {
      const long = this.#long;
      long.skimmer?.push(bytes);
      this.#long = undefined;
      return { bytes, event: skeletonOf(long), isShortened: true };
    }
    const whole = this.#held === 0 ? bytes : concat([this.#take(), bytes]);
    if (whole.length > MAX_EVENT_BYTES) {
      return { bytes: whole, event: skeletonOf(longEvent(whole)), isShortened: true };
    }
    return { bytes: whole, event: parse(this.#decoder.decode(whole)), isShortened: false };
  }

  #take(): Uint8Array {
    const whole = concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    return whole;
  }
}

function longEvent(head: Uint8Array): LongEvent {
  // One character a byte, so that places are the same in both.
  const text = new TextDecoder('latin1').decode(head.subarray(0, HEAD_BYTES));
  const data = /(?:^|[\r\n])data: ?/u.exec(text);
  const name = /(?:^|[\r\n])event: ?([^\r\n]*)/u.exec(text.slice(0, data?.index ?? 0))?.[1];
  if (!data) return { name, skimmer: undefined };
  const skimmer = new JsonSkimmer();
  skimmer.push(head.subarray(data.index + data[0].length));
  return { name, skimmer };
}

function skeletonOf({ name, skimmer }: LongEvent): StreamEvent {
  return { name, data: skimmer?.end() ?? '' };
}

/** Of the next such byte; behind the chunk where there is none. */
function placeOf(byte: number, chunk: Uint8Array, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? chunk.length : at;
}

function parse(block: string): StreamEvent | undefined {
  let name: string | undefined;
  let data: string | undefined;
  for (const line of block.includes('\r') ? block.split(/\r\n|\n|\r/u) : block.split('\n')) {
    if (isField(line, 'data')) {
      const value = valueOf(line, 'data');
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (isField(line, 'event')) name = valueOf(line, 'event');
  }
  if (data !== undefined) return { name, data };
  // Some servers break into a stream with an error that is JSON and no event.
  return block.startsWith('{') ? { name, data: block.trim() } : undefined;
}

/** A field without a colon is one without a value. */
function isField(line: string, name: string): boolean {
  return line.startsWith(name) && (line.length === name.length || line[name.length] === ':');
}

function valueOf(line: string, name: string): string {
  const at = name.length + 1;
  return line.slice(line[at] === ' ' ? at + 1 : at);
}
