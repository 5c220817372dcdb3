// Bytes to values: the other half of `bytes-writer.ts`, which says how they are laid out.
import { TAG } from './bytes-writer.ts';

/** Every method throws where the bytes end too early or mean nothing. */
export class BytesReader {
  readonly #bytes: Buffer;
  #at = 0;
  readonly #texts: string[] = [];
  readonly #shapes: (readonly string[])[] = [];

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
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value;
  }

  integer(): number {
    const doubled = this.count();
    return doubled % 2 === 0 ? doubled / 2 : -(doubled + 1) / 2;
  }

  integers(): readonly number[] {
    const values: number[] = [];
    for (let left = this.#length(); left > 0; left--) values.push(this.integer());
    return values;
  }

  uuid(): string {
    const hex = this.#bytes.toString('hex', this.#at, this.#skip(16));
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
    return `${parts.join('-')}-${hex.slice(20)}`;
  }

  text(): string {
    const number = this.count();
    if (number === 0) return this.#newText();
    const known = this.#texts[number - 1];
    if (known === undefined) throw new Error(`it has no text ${number}`);
    return known;
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
        return this.#bytes.readDoubleBE(this.#skip(8) - 8);
      case TAG.text:
        return this.text();
      case TAG.array:
        return Array.from({ length: this.#length() }, () => this.value());
      case TAG.object:
        return this.#object();
      default:
        throw new Error(`${tag} begins no value`);
    }
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    for (const key of this.#shape()) {
      const isLeftOut = this.#bytes[this.#at] === TAG.undefined;
      const value = this.value();
      if (isLeftOut) continue;
      if (key === '__proto__') Object.defineProperty(object, key, { ...OWN, value });
      else object[key] = value;
    }
    return object;
  }

  #shape(): readonly string[] {
    const number = this.count();
    const known = this.#shapes[number - 1];
    if (known) return known;
    if (number > 0) throw new Error(`it has no shape ${number}`);
    const keys = Array.from({ length: this.#length() }, () => this.text());
    this.#shapes.push(keys);
    return keys;
  }

  #newText(): string {
    const doubled = this.count();
    const isWide = doubled % 2 === 1;
    const length = isWide ? doubled - 1 : doubled / 2;
    const start = this.#at;
    const text = this.#bytes.toString(isWide ? 'utf16le' : 'latin1', start, this.#skip(length));
    this.#texts.push(text);
    return text;
  }

  /** Of what has at least a byte for each of its parts. */
  #length(): number {
    const length = this.count();
    if (length > this.#bytes.length - this.#at) throw new Error('it ends too early');
    return length;
  }

  /** Returns where the next thing begins. */
  #skip(count: number): number {
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new Error('it ends too early');
    return this.#at;
  }
}

const OWN = { enumerable: true, configurable: true, writable: true };
