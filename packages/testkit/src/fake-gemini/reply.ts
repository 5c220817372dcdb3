// What a script of the fake Gemini may answer with.
import type { Failed, FakeRaw, GeneratedAnswer, Script } from '../fake-provider/reply.ts';

export type FakeGeminiScript = Script<FakeGeminiAnswer, FakeGeminiError>;

export type FakeGeminiReply = FakeGeminiAnswer | FakeGeminiFailure | FakeRaw;

/**
 * A generated answer. Counts are per candidate and before the request's maximum, which holds for
 * `reasoningTokens` and the visible rest together.
 */
export interface FakeGeminiAnswer extends Omit<GeneratedAnswer, 'finishReason'> {
  readonly finishReason?: string;
  /** The prompt is refused: no candidates, only what the prompt costs. */
  readonly blockReason?: string;
  /** What tools of Google fed into the prompt; billed as input, on top of it. */
  readonly toolUseTokens?: number;
  readonly searchQueries?: readonly string[];
  /** Which chunks of a stream carry counts; default: every one, with Vertex AI's paths the last. */
  readonly usageOn?: 'every' | 'last';
  /** With `errorEventAfterChunks`; default: 503, overloaded. */
  readonly errorEvent?: FakeGeminiError;
  /** The error comes as bare JSON instead of an event. */
  readonly isErrorBare?: boolean;
}

/** What is left out of it follows from the status. */
export interface FakeGeminiError {
  readonly status: number;
  readonly message?: string;
  /** Google's own word for it: `RESOURCE_EXHAUSTED`. */
  readonly reason?: string;
  readonly details?: readonly unknown[];
}

export type FakeGeminiFailure = Failed<FakeGeminiError>;
