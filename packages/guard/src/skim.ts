// The skeleton of a JSON text that is too long to be parsed: what reports usage, without the payload.

/** Longer strings are cut: ids, names of models and finish reasons are far shorter. */
const MAX_STRING_BYTES = 1024;
/** Of a longer list the first ones are kept, and the last: streams sent as a list end with usage. */
const MAX_ELEMENTS = 128;
/** What is deeper or longer even so is given up. */
const MAX_DEPTH = 256;
const MAX_SKELETON_BYTES = 1024 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;
const U = 0x75;

/** Behind a backslash. A `u` there has four digits more. */
const ESCAPE = 5;

interface Frame {
  readonly isList: boolean;
  /** Values written so far, those that gave way to later ones included. */
  values: number;
  /** Where in the skeleton the latest value begins, its comma included. */
  latestAt: number;
}

type Place = 'between' | 'string' | 'cut string' | 'scalar' | 'number in a list';

/**
 * Contract: takes the bytes in pieces of any size, each looked at once, and keeps at most 1 MiB of
 * them. The skeleton has the shape of the text, its keys, short strings and counts; long strings are
 * cut, numbers in lists (vectors) left out, long lists shortened. It is checked by who parses it.
 */
export class JsonSkimmer {
  #skeleton = new Uint8Array(4096);
  #length = 0;
  readonly #frames: Frame[] = [{ isList: false, values: 0, latestAt: 0 }];
  #place: Place = 'between';
  #hasComma = false;
  /** Of the string or scalar. */
  #kept = 0;
  /** Bytes that still belong to an escape sequence, or `ESCAPE`. */
  #escape = 0;
  #isGivenUp = false;

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#isGivenUp) at = this.#take(bytes, at);
  }

  /** Undefined where it was given up. */
  end(): string | undefined {
    if (this.#isGivenUp) return undefined;
    return new TextDecoder().decode(this.#skeleton.subarray(0, this.#length));
  }

  #take(bytes: Uint8Array, at: number): number {
    switch (this.#place) {
      case 'between':
        return this.#between(bytes, at);
      case 'string':
        return this.#string(bytes, at);
      case 'cut string':
        return this.#cutString(bytes, at);
      default:
        return this.#scalar(bytes, at);
    }
  }

  #between(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] as number;
    if (byte <= SPACE) return at + 1;
    if (byte === COMMA) this.#hasComma = true;
    else if (byte === COLON) this.#write(byte);
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open(byte);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(byte);
    else if (byte === QUOTE) {
      this.#begin();
      this.#write(byte);
      this.#place = 'string';
      this.#kept = 0;
    } else {
      this.#beginScalar(byte);
      return at;
    }
    return at + 1;
  }

  #open(byte: number): void {
    this.#begin();
    this.#write(byte);
    this.#frames.push({ isList: byte === OPEN_LIST, values: 0, latestAt: this.#length });
    if (this.#frames.length > MAX_DEPTH) this.#isGivenUp = true;
  }

  #close(byte: number): void {
    this.#write(byte);
    this.#hasComma = false;
    if (this.#frames.length > 1) this.#frames.pop();
    else this.#isGivenUp = true;
  }

  #beginScalar(byte: number): void {
    const isNumber = byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
    if (isNumber && this.#frame.isList) {
      this.#place = 'number in a list';
      this.#hasComma = false;
      return;
    }
    this.#begin();
    // Two scalars without a comma between them must not become one.
    this.#write(SPACE);
    this.#place = 'scalar';
    this.#kept = 0;
  }

  /** A value of the list or object, or a key of it. */
  #begin(): void {
    const frame = this.#frame;
    if (frame.isList && frame.values >= MAX_ELEMENTS) this.#length = frame.latestAt;
    const at = this.#length;
    if (this.#hasComma && frame.values > 0) this.#write(COMMA);
    this.#hasComma = false;
    frame.values += 1;
    frame.latestAt = at;
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  #string(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (this.#escape === ESCAPE) this.#escape = byte === U ? 4 : 0;
      else if (this.#escape > 0) this.#escape -= 1;
      else if (byte === QUOTE) {
        this.#write(byte);
        this.#place = 'between';
        return at + 1;
      } else if (this.#kept >= MAX_STRING_BYTES) {
        this.#place = 'cut string';
        return at;
      } else if (byte === BACKSLASH) this.#escape = ESCAPE;
      this.#kept += 1;
      this.#write(byte);
    }
    return bytes.length;
  }

  #cutString(bytes: Uint8Array, from: number): number {
    let at = from + this.#escape;
    this.#escape = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#write(QUOTE);
        this.#place = 'between';
        return at + 1;
      }
    }
    this.#escape = at - bytes.length;
    return bytes.length;
  }

  #scalar(bytes: Uint8Array, from: number): number {
    const isKept = this.#place === 'scalar';
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (endsScalar(byte)) {
        this.#place = 'between';
        return at;
      }
      if (!isKept || this.#kept >= MAX_STRING_BYTES) continue;
      this.#kept += 1;
      this.#write(byte);
    }
    return bytes.length;
  }

  #write(byte: number): void {
    if (this.#length === this.#skeleton.length) {
      const bigger = new Uint8Array(2 * this.#length);
      bigger.set(this.#skeleton);
      this.#skeleton = bigger;
    }
    this.#skeleton[this.#length] = byte;
    this.#length += 1;
    if (this.#length > MAX_SKELETON_BYTES) this.#isGivenUp = true;
  }
}

function endsScalar(byte: number): boolean {
  return (
    byte <= SPACE ||
    byte === COMMA ||
    byte === COLON ||
    byte === QUOTE ||
    byte === OPEN_LIST ||
    byte === CLOSE_LIST ||
    byte === OPEN_OBJECT ||
    byte === CLOSE_OBJECT
  );
}
