// The shape of one endpoint: what a request asks for, and how an answer is written down.

import type { Ask, Generation } from '../fake-provider/generate.ts';
import type { JsonObject } from '../json.ts';
import type { FakeError, FakeErrorBody } from './reply.ts';
import type { Frame } from '../fake-provider/sse.ts';

/** What ends a chat or legacy completion stream. */
export const DONE = 'data: [DONE]\n\n';

/** Everything a writer needs besides the generated content. */
export interface Context {
  readonly body: JsonObject;
  /** Makes ids; unique per call. */
  readonly seed: string;
  readonly createdS: number;
  /** The model id as the reply names it (dated). */
  readonly model: string;
  readonly generation: Generation;
  /** Run by the service before it answers. */
  readonly webSearches: number;
  /** Whether chunks without usage say `usage: null` when usage was asked for. */
  readonly usageNullOnChunks: boolean;
}

export interface Operation {
  /** Without the origin: `/v1/chat/completions`. */
  readonly path: string;
  /** What the real service refuses with status 400; `undefined` if nothing is wrong. */
  readonly check: (body: JsonObject) => FakeError | undefined;
  readonly ask: (body: JsonObject) => Ask;
  /** Whether the prompt's cached part is reported, and so billed at its own price. */
  readonly reportsCache: boolean;
  /** Visible tokens of a choice where no script says how many; default: those of the settings. */
  readonly outputTokens?: (body: JsonObject) => number;
  /** What comes out costs nothing. */
  readonly billsNoOutput?: (body: JsonObject) => boolean;
  /** The JSON body of a unary reply. */
  readonly whole: (context: Context) => unknown;
  /** In its place, where this request is not answered in JSON. */
  readonly raw?: (context: Context) => RawBody | undefined;
  /** The body of a later GET for a reply that only says that work has begun. */
  readonly later?: (
    context: Context,
  ) => { readonly path: string; readonly body: unknown } | undefined;
  /** Whether the request asks for a stream, where not by `stream`. */
  readonly streams?: (body: JsonObject) => boolean;
  /** Absent where the endpoint does not stream. */
  readonly stream?: StreamWriter;
}

export interface RawBody {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

export interface StreamWriter {
  readonly frames: (context: Context) => readonly Frame[];
  /** What comes in place of the remaining frames when the stream fails after `sent` of them. */
  readonly failure: (context: Context, failure: StreamFailure) => readonly Frame[];
  /** The bytes after the last frame of a complete stream. */
  readonly terminator: string;
}

export interface StreamFailure {
  readonly sent: number;
  readonly error: FakeErrorBody;
}
