// Frames of an AWS event stream, read in the plainest way: as tests hold them against the guard.
import type { StreamEvent } from '@spendfuse/providers';

/** Without what is left behind the last whole one. */
export function framesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + Buffer.from(bytes.subarray(at, at + 4)).readUInt32BE();
    if (end > bytes.length || end === at) break;
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

export function frameOf(frame: Uint8Array): StreamEvent {
  const bytes = Buffer.from(frame);
  const headersEnd = 12 + bytes.readUInt32BE(4);
  const headers = bytes.toString('latin1', 12, headersEnd);
  // The type of the value (a string) and the length of it stand between name and value.
  const place = /:(?:event|exception)-type/u.exec(headers);
  const at = place ? place.index + place[0].length + 3 : headers.length;
  const name = headers.slice(at, at + headers.charCodeAt(at - 1));
  return { name, data: bytes.toString('utf8', headersEnd, bytes.length - 4) };
}
