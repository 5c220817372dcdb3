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

/** Of each byte; a table because ids are minted and read with every call. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

export function mintId({ nowMs, random }: MintOptions): string {
  const hex = (i: number, mask = 0xff, set = 0): string =>
    HEX[((random[i] ?? 0) & mask) | set] as string;
  const time = nowMs.toString(16).padStart(12, '0');
  const a = hex(0, 0x0f, 0x70) + hex(1);
  const b = hex(2, 0x3f, 0x80) + hex(3);
  const c = hex(4) + hex(5) + hex(6) + hex(7) + hex(8) + hex(9);
  // Joined, so that it is one text and no rope of a dozen: ids are looked up with every verb.
  return [time.slice(0, 8), time.slice(8), a, b, c].join('-');
}

/** When an id was minted, in ms since the epoch. NaN for what is no id. */
export function mintedAtMs(id: string): number {
  let ms = 0;
  for (let i = 0; i < 13; i++) {
    if (i === 8) continue;
    const code = id.charCodeAt(i);
    ms = ms * 16 + (code >= 0x61 ? code - 0x57 : code - 0x30);
  }
  return ms;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for anything but a lower-case UUIDv7 of this time. */
export function checkId(id: string, nowMs: number): void {
  if (typeof id !== 'string' || !UUID_V7.test(id)) throw invalid('id', 'is no lower-case UUIDv7');
  if (mintedAtMs(id) > nowMs + MAX_AHEAD_MS) {
    throw invalid('id', 'was minted more than 10 minutes ahead of this clock');
  }
}
