// A 53-bit fingerprint of content: tells a repeat of an id from its reuse, where collisions need no defence.
import { isAmount } from './money.ts';

/**
 * cyrb53 (public domain, bryc) of a text that is handed over in parts, so that it need not be put
 * together: two 32-bit multiply-xor lanes, folded to 53 bits. The callers that could look for a
 * collision could only confuse a request of their own with another of their own.
 */
export class Fingerprint {
  #a = 0xdeadbeef | 0;
  #b = 0x41c6ce57;

  text(text: string): this {
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 2654435761);
      b = Math.imul(b ^ unit, 1597334677);
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** The same as its text, of which none is made. */
  number(value: number | undefined): this {
    if (!isAmount(value)) return this.text(String(value));
    let power = 1;
    while (power * 10 <= value) power *= 10;
    for (let rest = value; power >= 1; power /= 10) {
      const digit = Math.floor(rest / power);
      rest -= digit * power;
      this.#a = Math.imul(this.#a ^ (ZERO + digit), 2654435761);
      this.#b = Math.imul(this.#b ^ (ZERO + digit), 1597334677);
    }
    return this;
  }

  value(): number {
    let a = this.#a;
    let b = this.#b;
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return 4294967296 * (b & 0x1fffff) + (a >>> 0);
  }
}

const ZERO = '0'.charCodeAt(0);
