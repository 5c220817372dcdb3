// Bytes to values: the other half of `bytes-writer.ts`, which says how they are laid out.
import { TAG } from './bytes-writer.ts';

/** Keys that objects have in this order. */
interface Shape {
  readonly size: number;
  /** Where the first key begins. */
  readonly at: number;
  /** Undefined: nobody has needed them yet. */
  keys: readonly string[] | undefined;
}

/** The id that is being read, in character codes: one text is made of it at once, and no parts. */
const codes = Array.from('00000000-0000-0000-0000-000000000000', (digit) => digit.charCodeAt(0));
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * Every method throws where the bytes end too early or mean nothing. What is passed over is checked as
 * if it was read, but nothing is made of it.
 */
export class BytesReader {
  readonly #bytes: Buffer;
  #at = 0;
  /** What is new before this has its number: a value may be read again. */
  #numberedTo = 0;
  /** Each as it is, or where it begins while nobody has needed it. */
  readonly #texts: (string | number)[] = [];
  readonly #shapes: Shape[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('it ends too early');
    return byte;
  }

  count(): number {
    const byte = this.byte();
    return byte < 0x80 ? byte : this.#higher(byte & 0x7f, 0x80);
  }

  integer(): number {
    const byte = this.byte();
    const lowest = (byte & 0x7f) >> 1;
    const half = byte < 0x80 ? lowest : this.#higher(lowest, 0x40);
    return (byte & 1) === 0 ? half : -half - 1;
  }

  integers(): readonly number[] {
    const values: number[] = [];
    values.length = this.length();
    for (let i = 0; i < values.length; i++) values[i] = this.integer();
    return values;
  }

  /** A count of what has at least a byte for each. */
  length(): number {
    const length = this.count();
    if (length > this.#bytes.length - this.#at) throw new Error('it ends too early');
    return length;
  }

  uuid(): string {
    const bytes = this.#bytes;
    let at = this.#pass(16) - 16;
    for (let i = 0; i < 36; i += 2) {
      if (i === 8 || i === 13 || i === 18 || i === 23) i += 1;
      const byte = bytes[at++] as number;
      codes[i] = DIGITS[byte >> 4] as number;
      codes[i + 1] = DIGITS[byte & 0x0f] as number;
    }
    return String.fromCharCode(...codes);
  }

  text(): string {
    const number = this.count();
    if (number > 0) return this.#textOf(number);
    const at = this.#at;
    const text = this.#characters();
    this.#numberFrom(at, text);
    return text;
  }

  value(): unknown {
    const tag = this.byte();
    if (tag >= TAG.small) return tag - TAG.small;
    switch (tag) {
      case TAG.undefined:
      case TAG.shared:
        return undefined;
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.positive:
        return this.count();
      case TAG.negative:
        return -this.count();
      case TAG.float:
        return this.#bytes.readDoubleBE(this.#pass(8) - 8);
      case TAG.text:
        return this.text();
      case TAG.array:
        return Array.from({ length: this.length() }, () => this.value());
      case TAG.object:
        return this.#object();
      default:
        throw new Error(`${tag} begins no value`);
    }
  }

  /** Passes over a value. */
  passOver(): void {
    const tag = this.byte();
    if (tag >= TAG.small) return;
    switch (tag) {
      case TAG.undefined:
      case TAG.shared:
      case TAG.null:
      case TAG.false:
      case TAG.true:
        return;
      case TAG.positive:
      case TAG.negative:
        this.count();
        return;
      case TAG.float:
        this.#pass(8);
        return;
      case TAG.text:
        this.#passText();
        return;
      case TAG.array:
        for (let left = this.length(); left > 0; left--) this.passOver();
        return;
      case TAG.object:
        for (let left = this.#shape().size; left > 0; left--) this.passOver();
        return;
      default:
        throw new Error(`${tag} begins no value`);
    }
  }

  /** Passes over a value that may be needed all the same. */
  later(): LateValue {
    const at = this.#at;
    this.passOver();
    return new LateValue(this, at);
  }

  /** A value that was passed over. */
  valueAt(at: number): unknown {
    const end = this.#at;
    this.#at = at;
    const value = this.value();
    this.#at = end;
    return value;
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    const shape = this.#shape();
    shape.keys ??= this.#keysOf(shape);
    for (const key of shape.keys) {
      const isLeftOut = this.#bytes[this.#at] === TAG.undefined;
      const value = this.value();
      if (isLeftOut) continue;
      if (key === '__proto__') Object.defineProperty(object, key, { ...OWN, value });
      else object[key] = value;
    }
    return object;
  }

  #shape(): Shape {
    const number = this.count();
    const known = this.#shapes[number - 1];
    if (known) return known;
    if (number > 0) throw new Error(`it has no shape ${number}`);
    const isNew = this.#at >= this.#numberedTo;
    const size = this.length();
    const shape: Shape = { size, at: this.#at, keys: undefined };
    for (let left = size; left > 0; left--) this.#passText();
    if (!isNew) return shape;
    this.#shapes.push(shape);
    this.#numberedTo = this.#at;
    return shape;
  }

  #keysOf({ size, at }: Shape): readonly string[] {
    const end = this.#at;
    this.#at = at;
    const keys = Array.from({ length: size }, () => this.text());
    this.#at = end;
    return keys;
  }

  #passText(): void {
    const number = this.count();
    if (number > this.#texts.length) throw new Error(`it has no text ${number}`);
    if (number > 0) return;
    const at = this.#at;
    const doubled = this.count();
    this.#pass(doubled % 2 === 1 ? doubled - 1 : doubled / 2);
    this.#numberFrom(at, at);
  }

  #textOf(number: number): string {
    const known = this.#texts[number - 1];
    if (known === undefined) throw new Error(`it has no text ${number}`);
    if (typeof known === 'string') return known;
    const end = this.#at;
    this.#at = known;
    const text = this.#characters();
    this.#at = end;
    this.#texts[number - 1] = text;
    return text;
  }

  /** Gives a number to the text that began here, unless it has one. */
  #numberFrom(at: number, text: string | number): void {
    if (at < this.#numberedTo) return;
    this.#texts.push(text);
    this.#numberedTo = this.#at;
  }

  #characters(): string {
    const doubled = this.count();
    const isWide = doubled % 2 === 1;
    const length = isWide ? doubled - 1 : doubled / 2;
    const start = this.#at;
    return this.#bytes.toString(isWide ? 'utf16le' : 'latin1', start, this.#pass(length));
  }

  /** The rest of an integer, whose next bits have this scale. */
  #higher(lowest: number, firstScale: number): number {
    let value = lowest;
    let scale = firstScale;
    let byte: number;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  /** Returns where the next thing begins. */
  #pass(count: number): number {
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new Error('it ends too early');
    return this.#at;
  }
}

/** A value that was passed over. Its row stays in memory with it. */
export class LateValue {
  readonly #bytes: BytesReader;
  readonly #at: number;

  constructor(bytes: BytesReader, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  read(): unknown {
    return this.#bytes.valueAt(this.#at);
  }
}

const OWN = { enumerable: true, configurable: true, writable: true };
