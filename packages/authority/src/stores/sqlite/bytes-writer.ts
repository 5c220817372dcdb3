// Values to bytes, as rows of the journal hold them: small, and quick to write in the thread of the verbs.
import { SpendfuseError } from '@spendfuse/core';

/**
 * What a value begins with; `SMALL` and all above stand for the integers from 0 on.
 *
 * - integers: seven bits a byte, the lowest first, the top bit says that more follow; one that may be
 *   negative is doubled, and one less than that where it is negative;
 * - texts: an integer, 0 for one that is new in this row (its length doubled, plus one where a
 *   character needs two bytes, then the characters), else the number of one that was written before;
 * - objects: the shape, 0 for one that is new in this row (how many keys, each as a text), else its
 *   number; then the value of each key. One that is undefined is left out on the way back.
 */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  positive: 4,
  negative: 5,
  float: 6,
  text: 7,
  array: 8,
  object: 9,
  /** A property that comes back as undefined: its value is to be had elsewhere. */
  shared: 10,
  small: 16,
} as const;

const FIRST_BYTES = 1 << 16;
const LOW_BITS = 2 ** 28;
/** Labels have as many shapes as users like, and values without end. */
const MAX_SHAPES = 1000;
const MAX_TEXTS = 4000;

/** The row in which something was written last, and its number there. */
interface Written {
  row: number;
  number: number;
}

/** Keys that objects have in this order. */
interface Shape extends Written {
  readonly keys: readonly string[];
}

/** 0 to 15 for each digit of an id, by its character; more for every other character. */
const DIGITS = new Uint8Array(256).fill(0xff);
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).charCodeAt(0)] = digit;

export class BytesWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #floats = new DataView(this.#bytes.buffer);
  #at = 0;
  /** Kept from row to row, as shapes are: to fill a map anew for each row takes longer. */
  readonly #texts = new Map<string, Written>();
  #textsInRow = 0;
  /** By the first key. */
  readonly #shapes = new Map<string, Shape[]>();
  #shapeCount = 0;
  #shapesInRow = 0;
  #row = 0;

  /** What was written: a view of it, good until something is written again, which starts anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    this.#row += 1;
    this.#textsInRow = 0;
    this.#shapesInRow = 0;
    if (this.#texts.size > MAX_TEXTS) this.#texts.clear();
    return taken;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  /** A safe integer that is not negative. */
  count(value: number): void {
    this.#reserve(10);
    const bytes = this.#bytes;
    let at = this.#at;
    if (value < 0x80) {
      bytes[at] = value;
      this.#at = at + 1;
      return;
    }
    let rest = value;
    if (rest >= LOW_BITS) {
      rest = Math.floor(value / LOW_BITS);
      const low = value - rest * LOW_BITS;
      bytes[at] = low | 0x80;
      bytes[at + 1] = (low >> 7) | 0x80;
      bytes[at + 2] = (low >> 14) | 0x80;
      bytes[at + 3] = (low >> 21) | 0x80;
      at += 4;
    }
    for (; rest > 0x7f; rest >>= 7) bytes[at++] = rest | 0x80;
    bytes[at++] = rest;
    this.#at = at;
  }

  /** @throws SpendfuseError `INTERNAL` for what is no integer: it would not come back. */
  integer(value: number): void {
    // Below, the doubled value would not be exact.
    if (!Number.isSafeInteger(value) || value < -(2 ** 52)) {
      throw unwritable(`${value} where an integer belongs`);
    }
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  integers(values: readonly number[]): void {
    this.count(values.length);
    for (let i = 0; i < values.length; i++) this.integer(values[i] as number);
  }

  /** Sixteen bytes. @throws SpendfuseError `INTERNAL` for what is no lower-case UUID. */
  uuid(id: string): void {
    this.#reserve(16);
    const bytes = this.#bytes;
    let all = 0;
    let at = this.#at;
    for (let i = 0; i < 36; i += 2) {
      if (i === 8 || i === 13 || i === 18 || i === 23) i += 1;
      const high = DIGITS[id.charCodeAt(i)] ?? 0xff;
      const low = DIGITS[id.charCodeAt(i + 1)] ?? 0xff;
      all |= high | low;
      bytes[at++] = (high << 4) | low;
    }
    if (all > 0xf || id.length !== 36) throw unwritable(`the id ${id}`);
    this.#at = at;
  }

  text(text: string): void {
    const known = this.#texts.get(text);
    if (known?.row === this.#row) {
      this.count(known.number);
      return;
    }
    const row = this.#row;
    const number = ++this.#textsInRow;
    if (!known) this.#texts.set(text, { row, number });
    else {
      known.row = row;
      known.number = number;
    }
    this.count(0);
    this.#characters(text);
  }

  /** What JSON can tell; as there, a property that is undefined is left out. */
  value(value: unknown): void {
    // One comparison after the other: a `switch` makes a text of each type first.
    if (typeof value === 'number') {
      this.#number(value);
    } else if (typeof value === 'string') {
      this.byte(TAG.text);
      this.text(value);
    } else if (typeof value === 'object') {
      if (value === null) this.byte(TAG.null);
      else if (Array.isArray(value)) this.#array(value);
      else this.#object(value, undefined);
    } else if (value === undefined) {
      this.byte(TAG.undefined);
    } else if (typeof value === 'boolean') {
      this.byte(value ? TAG.true : TAG.false);
    } else {
      throw unwritable(`a ${typeof value}`);
    }
  }

  /** An object with all but the value of one of its properties, which is to be had elsewhere. */
  sharing(value: object, sharedKey: string): void {
    this.#object(value, sharedKey);
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.byte(TAG.float);
      this.#reserve(8);
      this.#floats.setFloat64(this.#at, value);
      this.#at += 8;
    } else if (value < 0) {
      this.byte(TAG.negative);
      this.count(-value);
    } else if (value <= 0xff - TAG.small) {
      this.byte(TAG.small + value);
    } else {
      this.byte(TAG.positive);
      this.count(value);
    }
  }

  #array(values: readonly unknown[]): void {
    this.byte(TAG.array);
    this.count(values.length);
    for (const value of values) this.value(value ?? null);
  }

  #object(value: object, sharedKey: string | undefined): void {
    this.byte(TAG.object);
    this.#shape(this.#shapeOf(value));
    const properties = value as Readonly<Record<string, unknown>>;
    // What has no inherited properties needs no array of its keys.
    for (const key in properties) {
      if (key === sharedKey) this.byte(TAG.shared);
      else this.value(properties[key]);
    }
  }

  #shape(shape: Shape): void {
    if (shape.row === this.#row) {
      this.count(shape.number);
      return;
    }
    this.count(0);
    this.count(shape.keys.length);
    for (const key of shape.keys) this.text(key);
    shape.row = this.#row;
    shape.number = ++this.#shapesInRow;
  }

  #shapeOf(value: object): Shape {
    let first = '';
    for (first in value) break;
    let like = this.#shapes.get(first);
    for (let i = 0; like && i < like.length; i++) {
      const shape = like[i] as Shape;
      if (hasKeys(value, shape.keys)) return shape;
    }
    if (this.#shapeCount === MAX_SHAPES) {
      this.#shapes.clear();
      this.#shapeCount = 0;
      like = undefined;
    }
    const shape: Shape = { keys: Object.keys(value), row: -1, number: 0 };
    if (like) like.push(shape);
    else this.#shapes.set(first, [shape]);
    this.#shapeCount += 1;
    return shape;
  }

  #characters(text: string): void {
    const { length } = text;
    this.#reserve(10 + 2 * length);
    const start = this.#at;
    this.count(2 * length);
    const bytes = this.#bytes;
    const first = this.#at;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0xff) {
        this.#at = start;
        this.#wideCharacters(text);
        return;
      }
      bytes[first + i] = code;
    }
    this.#at = first + length;
  }

  #wideCharacters(text: string): void {
    this.count(2 * text.length + 1);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.#bytes[this.#at++] = code;
      this.#bytes[this.#at++] = code >> 8;
    }
  }

  /** Room for so many more bytes. */
  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#floats = new DataView(larger.buffer);
  }
}

/** These, in this order, and no others. */
function hasKeys(value: object, keys: readonly string[]): boolean {
  let i = 0;
  for (const key in value) if (keys[i++] !== key) return false;
  return i === keys.length;
}

/** What would make a row unreadable for ever never gets there. */
function unwritable(what: string): SpendfuseError {
  return new SpendfuseError({ code: 'INTERNAL', message: `a record cannot have ${what}` });
}
