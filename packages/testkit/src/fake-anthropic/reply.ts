// What a script may answer with, and what the fake Anthropic remembers of every request.

import type { Failed, FakeCall, FakeRaw, GeneratedAnswer, Script } from '../fake-provider/reply.ts';

export type FakeAnthropicScript = Script<FakeAnthropicAnswer, FakeAnthropicError>;

export type FakeAnthropicReply = FakeAnthropicAnswer | Failed<FakeAnthropicError> | FakeRaw;

/**
 * `inputTokens` are all of them and `reasoningTokens` are thinking, of which four words are shown.
 * Finish reasons are put in Anthropic's words.
 */
export interface FakeAnthropicAnswer extends GeneratedAnswer {
  /** Part of the input tokens. */
  readonly cacheWriteTokens?: number;
  /** With `errorEventAfterChunks`; default: an overload. */
  readonly errorEvent?: Partial<FakeAnthropicError>;
}

/** What is left out of it follows from the status. */
export interface FakeAnthropicError {
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
}

export interface FakeAnthropicCall extends FakeCall {
  /** Part of `inputTokens`. */
  readonly cacheWriteTokens: number;
}
