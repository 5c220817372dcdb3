// The whole reply to one request, as it is decided before any of it is sent.

import type { FakeRaw, FakeTransport, GeneratedAnswer } from './reply.ts';
import type { WireHead } from './wire.ts';

/** One write of a body in pieces and the output tokens produced with it. */
export interface Chunk {
  readonly bytes: string | Uint8Array;
  readonly tokens: number;
}

/** What a reply is billed for as soon as it is begun. */
export interface BilledInput {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
}

interface Planned extends BilledInput {
  readonly head: WireHead;
  readonly transport: FakeTransport;
}

export interface PlannedWhole extends Planned {
  readonly kind: 'whole';
  readonly body: string | Uint8Array;
  /** Output tokens. */
  readonly tokens: number;
}

export interface PlannedStream extends Planned {
  readonly kind: 'stream';
  readonly chunks: readonly Chunk[];
  /** Written together with the end of a complete stream. */
  readonly terminator: string;
}

export type PlannedReply = PlannedWhole | PlannedStream;

export const NO_INPUT: BilledInput = { inputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 };

interface Reply {
  /** Default 200. */
  readonly status?: number | undefined;
  /** Default: JSON. */
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly transport: FakeTransport;
}

/** Bills nothing. */
function begun(reply: Reply): Planned {
  const { status = 200, contentType = 'application/json', headers, transport } = reply;
  const head = { status, headers: { 'content-type': contentType, ...headers } };
  return { head, ...NO_INPUT, transport };
}

export interface BytesReply extends Reply {
  readonly body: string | Uint8Array;
}

/** Bills nothing, unless what it is billed for is added. */
export function bytesReply({ body, ...reply }: BytesReply): PlannedWhole {
  return { ...begun(reply), kind: 'whole', body, tokens: 0 };
}

export interface JsonReply extends Reply {
  readonly body: unknown;
  /** By two spaces, with a line end behind it; default: not. */
  readonly isIndented?: boolean;
}

/** As `bytesReply`. */
export function jsonReply({ body, isIndented = false, ...reply }: JsonReply): PlannedWhole {
  const text = isIndented ? `${JSON.stringify(body, null, 2)}\n` : JSON.stringify(body);
  return bytesReply({ ...reply, body: text });
}

export interface StreamReply {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly input: BilledInput;
  readonly chunks: readonly Chunk[];
  readonly terminator?: string;
  /** What comes in place of the rest when the answer is to fail after `sent` chunks. */
  readonly failure: (sent: number) => readonly Chunk[];
  readonly answer: Pick<GeneratedAnswer, 'errorEventAfterChunks'> & FakeTransport;
}

/** A stream; one that fails before its first chunk bills nothing. */
export function streamReply(reply: StreamReply): PlannedStream {
  const { contentType, headers, input, chunks, terminator = '', failure, answer } = reply;
  const start = begun({ contentType, headers, transport: answer });
  const failsAfter = answer.errorEventAfterChunks;
  if (failsAfter === undefined) {
    return { ...start, ...input, kind: 'stream', chunks, terminator };
  }
  const sent = chunks.slice(0, failsAfter);
  return {
    ...start,
    ...(failsAfter === 0 ? NO_INPUT : input),
    kind: 'stream',
    chunks: [...sent, ...failure(sent.length)],
    terminator: '',
  };
}

/** The bytes that a script gives, whole or in pieces. */
export function rawReply(reply: FakeRaw): PlannedReply {
  const { raw, inputTokens = 0, outputTokens: tokens = 0 } = reply;
  const { body, ...head } = raw;
  const start = { ...begun({ ...head, transport: reply }), inputTokens };
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return { ...start, kind: 'whole', body, tokens };
  }
  const chunks = body.map((bytes, index) => ({ bytes, tokens: index === 0 ? tokens : 0 }));
  return { ...start, kind: 'stream', chunks, terminator: '' };
}
