// What a script may answer with, and what the fake Anthropic remembers of every request.

import type {
  FakeAnswer,
  FakeCall,
  FakeFailure,
  FakeRaw,
  FakeRequest,
} from '../fake-openai/reply.ts';

/** Decides the answer to one request; `undefined` asks for the default answer. */
export type FakeAnthropicScript = (request: FakeRequest) => FakeAnthropicReply | undefined;

/** Of a failure's `error` only `status`, `type` and `message` are used. */
export type FakeAnthropicReply = FakeAnthropicAnswer | FakeFailure | FakeRaw;

/**
 * As for the fake OpenAI, where `inputTokens` are all of them and `reasoningTokens` are thinking, of
 * which four words are shown. Finish reasons are put in Anthropic's words.
 */
export interface FakeAnthropicAnswer extends FakeAnswer {
  /** Part of the input tokens. */
  readonly cacheWriteTokens?: number;
}

export interface FakeAnthropicCall extends FakeCall {
  /** Part of `inputTokens`. */
  readonly cacheWriteTokens: number;
}
