// How the body of a response is framed: by its type, and by what was asked for.
import type { ResponseHeaders } from '@spendfuse/providers';
import { EventStreamSplitter } from './event-stream.ts';
import { LineSplitter } from './lines.ts';
import type { Splitter } from './splitter.ts';
import { SseSplitter } from './sse.ts';

export type BodyKind = 'stream' | 'json' | 'other';

export interface Framing {
  readonly kind: BodyKind;
  readonly splitter: Splitter;
}

const NO_TEXT = /^(?:audio|image|video|font)\/|^application\/(?:octet-stream|zip|pdf)/u;

/** Streams that are no server-sent events, by what their type begins with. */
const SPLITTERS: readonly (readonly [string, new () => Splitter])[] = [
  ['application/x-ndjson', LineSplitter],
  ['application/stream+json', LineSplitter],
  ['application/jsonl', LineSplitter],
  ['application/vnd.amazon.eventstream', EventStreamSplitter],
];

/** Servers are careless with the type of what they stream, so what was asked for counts as well. */
export function framingOf(headers: ResponseHeaders, isStreamAsked: boolean): Framing {
  const type = headers.get('content-type')?.toLowerCase() ?? '';
  const found = SPLITTERS.find(([beginning]) => type.startsWith(beginning));
  const splitter = found ? new found[1]() : new SseSplitter();
  return { kind: found ? 'stream' : kindOf(type, isStreamAsked), splitter };
}

function kindOf(type: string, isStreamAsked: boolean): BodyKind {
  if (type.includes('event-stream')) return 'stream';
  if (type.includes('json')) return 'json';
  if (NO_TEXT.test(type)) return 'other';
  return isStreamAsked ? 'stream' : 'json';
}
