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

export function mintId({ nowMs, random }: MintOptions): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const byte = (i: number): number => random[i] ?? 0;
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  const a = hex(((byte(0) << 8) | byte(1)) & 0xfff, 3);
  const b = hex((((byte(2) << 8) | byte(3)) & 0x3fff) | 0x8000, 4);
  let c = '';
  for (let i = 4; i < 10; i++) c += hex(byte(i), 2);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-${b}-${c}`;
}

/** When an id was minted, in ms since the epoch. */
export function mintedAtMs(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for anything but a lower-case UUIDv7 of this time. */
export function checkId(id: string, nowMs: number): void {
  if (typeof id !== 'string' || !UUID_V7.test(id)) throw invalid('id', 'is no lower-case UUIDv7');
  if (mintedAtMs(id) > nowMs + MAX_AHEAD_MS) {
    throw invalid('id', 'was minted more than 10 minutes ahead of this clock');
  }
}
