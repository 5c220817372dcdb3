// How a stream is cut into its events, in the plainest way: as tests hold it against the guard.
import type { StreamEvent } from '@spendfuse/providers';
import { frameOf, framesOf } from './outcomes-frames.ts';

export interface Framing {
  /** Whole events. `isWhole`: what is left behind the last one is one too. */
  readonly blocksOf: (bytes: Uint8Array, isWhole: boolean) => readonly Uint8Array[];
  readonly eventOf: (block: Uint8Array) => StreamEvent | undefined;
  /** Whether what ends an event has come. */
  readonly isFinished: (block: Uint8Array) => boolean;
}

export function framingOf(contentType: string): Framing {
  if (contentType.includes('amazon.eventstream')) return frames;
  return /ndjson|stream\+json|jsonl/u.test(contentType) ? lines : serverSent;
}

const frames: Framing = { blocksOf: framesOf, eventOf: frameOf, isFinished: () => true };

const lines: Framing = {
  blocksOf: (bytes, isWhole) => blocks(bytes, isWhole, (line) => line.endsWith('\n')),
  eventOf(block) {
    const data = new TextDecoder().decode(block).trim();
    return data === '' ? undefined : { name: undefined, data };
  },
  isFinished: (block) => block.at(-1) === 10,
};

const serverSent: Framing = {
  blocksOf: (bytes, isWhole) => blocks(bytes, isWhole, (line) => /^[\r\n]/u.test(line)),
  eventOf(block) {
    let name: string | undefined;
    const data: string[] = [];
    const text = new TextDecoder().decode(block);
    for (const line of text.split(/\r\n|\n|\r/u)) {
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /u, '');
      if (field === 'data') data.push(value);
      if (field === 'event') name = value;
    }
    if (data.length > 0) return { name, data: data.join('\n') };
    return text.startsWith('{') ? { name, data: text.trim() } : undefined;
  },
  isFinished: (block) => /(?:^|[\r\n])(?:\r\n|\n|\r)$/u.test(Buffer.from(block).toString('latin1')),
};

/** `isLast`: whether a block ends with this line. */
function blocks(
  bytes: Uint8Array,
  isWhole: boolean,
  isLast: (line: string) => boolean,
): readonly Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  const found: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (const line of text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/gu) ?? []) {
    end += line.length;
    if (!isLast(line)) continue;
    found.push(bytes.subarray(start, end));
    start = end;
  }
  if (isWhole && start < bytes.length) found.push(bytes.subarray(start));
  return found;
}
