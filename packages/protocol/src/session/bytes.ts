// Bytes of protobuf messages, read and written in place: what a session does for each call.

/** Grows as needed and is used again and again; `take` copies out what was written. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  #at = 0;

  /** How much was written; set it back to drop what came after. */
  get length(): number {
    return this.#at;
  }

  truncate(length: number): void {
    this.#at = length;
  }

  take(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    // One giant message must not stay around for ever.
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
    return bytes;
  }

  /** A field of a varint type that is not 0, tag and value; `value` is a safe integer. */
  number(tag: number, value: number): void {
    if (value !== 0) this.optional(tag, value);
  }

  /** The same where 0 is not the same as absent. */
  optional(tag: number, value: number | null | undefined): void {
    if (value === null || value === undefined) return;
    this.#reserve(12);
    this.#bytes[this.#at++] = tag;
    this.#varint(value);
  }

  flag(tag: number, value: boolean): void {
    if (value) this.optional(tag, 1);
  }

  /** A string that is not empty. */
  text(tag: number, value: string): void {
    if (value === '') return;
    const { length } = value;
    this.#reserve(3 * length + 12);
    this.#bytes[this.#at++] = tag;
    if (length > 127 || !this.#ascii(value, length)) this.#utf8(value);
  }

  /** A message that was encoded elsewhere. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Begins a message inside; returns what `close` wants to know. */
  open(tag: number): number {
    this.#reserve(6);
    this.#bytes[this.#at] = tag;
    // Most are short enough for a length of one byte; others are moved when it is known.
    this.#at += 2;
    return this.#at;
  }

  close(start: number): void {
    const size = this.#at - start;
    if (size < 128) {
      this.#bytes[start - 1] = size;
      return;
    }
    const more = size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : 3;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, this.#at);
    this.#at = start - 1;
    this.#varint(size);
    this.#at += size;
  }

  #ascii(value: string, length: number): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    bytes[at++] = length;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) return false;
      bytes[at++] = unit;
    }
    this.#at = at;
    return true;
  }

  #utf8(value: string): void {
    this.#varint(Buffer.byteLength(value));
    this.#at += this.#bytes.write(value, this.#at);
  }

  #varint(value: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    // As BigInt where there are bits that a 32-bit shift does not see and the sign matters.
    if (rest < 0) return this.#negative(value);
    while (rest > 0x7fff_ffff) {
      bytes[at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#bytes[this.#at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(bytes, 0, 0, this.#at);
    this.#bytes = bytes;
  }
}

const KEPT_BYTES = 256 * 1024;

/**
 * Reads what is plain: numbers up to 2^53 - 1 and ASCII. Whatever is not, or is cut off, it leaves: the
 * place then is `OFF`, which is the end of no message, and someone else has to look.
 */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; shift <= 21; shift += 7) {
      byte = bytes[this.at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    let factor = 2 ** 28;
    for (let i = 0; i < 4; i++) {
      byte = bytes[this.at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value;
      factor *= 128;
    }
    this.at = OFF;
    return 0;
  }

  /** The end of a message or string whose length comes next. */
  end(): number {
    const size = this.varint();
    return this.at + size;
  }

  text(): string {
    const { bytes } = this;
    const end = this.end();
    const start = this.at;
    for (let i = start; i < end; i++) {
      if ((bytes[i] ?? 128) < 128) continue;
      this.at = OFF;
      return '';
    }
    this.at = end;
    return bytes.toString('latin1', start, end);
  }
}

const OFF = Number.MAX_SAFE_INTEGER;
