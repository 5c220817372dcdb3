// Splits the bytes of a stream of JSON values, one a line (NDJSON, JSON Lines), into its lines.
import type { StreamEvent } from '@spendfuse/providers';
import { JsonSkimmer } from './skim.ts';
import { concat, type RawEvent, type Splitter } from './splitter.ts';

const LF = 0x0a;

/** Longer lines, such as vectors, are passed on in parts, and skimmed. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Looks at each byte once, and keeps no more of a line than 1 MiB. */
export class LineSplitter implements Splitter {
  #parts: Uint8Array[] = [];
  #held = 0;
  /** Of a line that is too long to be kept. */
  #skimmer: JsonSkimmer | undefined;
  readonly #decoder = new TextDecoder();

  push(chunk: Uint8Array): readonly RawEvent[] {
    const lines: RawEvent[] = [];
    let start = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, start)) {
      lines.push(this.#end(chunk.subarray(start, at + 1)));
      start = at + 1;
    }
    if (start < chunk.length) lines.push(...this.#keep(chunk.subarray(start)));
    return lines;
  }

  end(): RawEvent | undefined {
    return this.pendingBytes === 0 ? undefined : this.#end(new Uint8Array(0));
  }

  get pendingBytes(): number {
    return this.#skimmer ? Infinity : this.#held;
  }

  #keep(bytes: Uint8Array): readonly RawEvent[] {
    if (this.#skimmer) {
      this.#skimmer.push(bytes);
      return [{ bytes, event: undefined, isShortened: false }];
    }
    // A copy: the chunk's memory may be given away to the reader of the stream.
    this.#parts.push(new Uint8Array(bytes));
    this.#held += bytes.length;
    if (this.#held <= MAX_LINE_BYTES) return [];
    const head = this.#take();
    this.#skimmer = new JsonSkimmer();
    this.#skimmer.push(head);
    return [{ bytes: head, event: undefined, isShortened: false }];
  }

  #end(bytes: Uint8Array): RawEvent {
    const isKept = this.#skimmer === undefined;
    const whole = this.#held === 0 ? bytes : concat([this.#take(), bytes]);
    if (isKept && whole.length <= MAX_LINE_BYTES) {
      return { bytes: whole, event: eventOf(this.#decoder.decode(whole)), isShortened: false };
    }
    const skimmer = this.#skimmer ?? new JsonSkimmer();
    this.#skimmer = undefined;
    skimmer.push(whole);
    return { bytes: whole, event: eventOf(skimmer.end() ?? ''), isShortened: true };
  }

  #take(): Uint8Array {
    const whole = concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    return whole;
  }
}

/** What is no JSON is for its reader to judge. A blank line is no event. */
function eventOf(line: string): StreamEvent | undefined {
  const data = line.trim();
  return data === '' ? undefined : { name: undefined, data };
}
