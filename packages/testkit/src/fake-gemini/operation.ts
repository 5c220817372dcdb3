// The shape of one method: what a request asks for, and how an answer is written down.
import type { Ask, Generation } from '../fake-provider/generate.ts';
import type { Frame } from '../fake-provider/sse.ts';
import type { JsonObject } from '../json.ts';
import type { FakeGeminiAnswer, FakeGeminiError } from './reply.ts';

/** Everything a writer needs besides the generated content. */
export interface Context {
  readonly body: JsonObject;
  /** Makes ids; unique per call. */
  readonly seed: string;
  readonly model: string;
  readonly isVertex: boolean;
  readonly generation: Generation;
  readonly answer: FakeGeminiAnswer;
}

export interface Operation {
  /** What the real service refuses with status 400; `undefined` if nothing is wrong. */
  readonly check: (body: JsonObject) => FakeGeminiError | undefined;
  readonly ask: (body: JsonObject) => Ask;
  /** The JSON body of a unary reply. */
  readonly whole: (context: Context) => unknown;
  /** The pieces of a stream; absent where there is none. */
  readonly frames?: (context: Context) => readonly Frame[];
  /** The bytes after the last frame of a complete stream. */
  readonly terminator: string;
  /** Nothing is billed. */
  readonly isFree?: boolean;
}
