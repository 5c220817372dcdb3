// The shape of one endpoint: what a request asks for, and how an answer is written down.

import type { ErrorSpec } from './errors.ts';
import type { Ask, Generation } from './generate.ts';
import type { JsonObject } from '../json.ts';
import type { FakeErrorBody } from './reply.ts';
import type { Frame } from './sse.ts';

/** Everything a writer needs besides the generated content. */
export interface Context {
  readonly body: JsonObject;
  /** Makes ids; unique per call. */
  readonly seed: string;
  readonly createdS: number;
  /** The model id as the reply names it (dated). */
  readonly model: string;
  readonly generation: Generation;
  /** Whether chunks without usage say `usage: null` when usage was asked for. */
  readonly usageNullOnChunks: boolean;
}

export interface Operation {
  /** Without the origin: `/v1/chat/completions`. */
  readonly path: string;
  /** What the real service refuses with status 400; `undefined` if nothing is wrong. */
  readonly check: (body: JsonObject) => ErrorSpec | undefined;
  readonly ask: (body: JsonObject) => Ask;
  /** Whether the prompt's cached part is reported, and so billed at its own price. */
  readonly reportsCache: boolean;
  /** The JSON body of a unary reply. */
  readonly whole: (context: Context) => unknown;
  /** Absent where the endpoint does not stream. */
  readonly stream?: StreamWriter;
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
