// Reservation ids: UUIDv7 (RFC 9562, section 5.7), minted by the caller, one per attempt.
import { invalid } from './errors.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** How far ahead of the authority's clock a caller's clock may be. */
const MAX_AHEAD_MS = 10 * 60_000;

export interface MintOptions {
  readonly nowMs: number;
  /** 10 random bytes; `crypto.getRandomValues` is a good source. */
  readonly random: Uint8Array;
}

/** The id that is being minted, in character codes: one text is made of it at once, and no parts. */
const codes = Array.from('00000000-0000-7000-8000-000000000000', (digit) => digit.charCodeAt(0));
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
let writtenMs = 0;

export function mintId({ nowMs, random }: MintOptions): string {
  if (nowMs !== writtenMs) writeTime(nowMs);
  writeByte(14, ((random[0] ?? 0) & 0x0f) | 0x70);
  writeByte(16, random[1] ?? 0);
  writeByte(19, ((random[2] ?? 0) & 0x3f) | 0x80);
  writeByte(21, random[3] ?? 0);
  for (let i = 4; i < 10; i++) writeByte(16 + 2 * i, random[i] ?? 0);
  return String.fromCharCode(...codes);
}

function writeTime(nowMs: number): void {
  writtenMs = nowMs;
  let left = Math.floor(nowMs);
  for (let at = 12; at >= 0; at--) {
    if (at === 8) continue;
    codes[at] = DIGITS[left % 16] as number;
    left = Math.floor(left / 16);
  }
}

function writeByte(at: number, byte: number): void {
  codes[at] = DIGITS[byte >> 4] as number;
  codes[at + 1] = DIGITS[byte & 0x0f] as number;
}

/** When an id was minted, in ms since the epoch. NaN for what is no id. */
export function mintedAtMs(id: string): number {
  if (id.length < 13) return Number.NaN;
  // In two parts, as integers of 32 bits are the fastest.
  let high = 0;
  for (let i = 0; i < 8; i++) high = (high << 4) | digitAt(id, i);
  let low = 0;
  for (let i = 9; i < 13; i++) low = (low << 4) | digitAt(id, i);
  return (high >>> 0) * 0x10000 + low;
}

function digitAt(id: string, i: number): number {
  const code = id.charCodeAt(i);
  return code >= 0x61 ? code - 0x57 : code - 0x30;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for anything but a lower-case UUIDv7 of this time. */
export function checkId(id: string, nowMs: number): void {
  if (typeof id !== 'string' || !UUID_V7.test(id)) throw invalid('id', 'is no lower-case UUIDv7');
  if (mintedAtMs(id) > nowMs + MAX_AHEAD_MS) {
    throw invalid('id', 'was minted more than 10 minutes ahead of this clock');
  }
}
