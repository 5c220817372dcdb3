// What a script of the fake Bedrock may answer with, and what it remembers of every request.
import type { Failed, FakeCall, FakeRaw, GeneratedAnswer, Script } from '../fake-provider/reply.ts';

export type FakeBedrockScript = Script<FakeBedrockAnswer, FakeBedrockError>;

export type FakeBedrockReply = FakeBedrockAnswer | FakeBedrockFailure | FakeRaw;

/**
 * `inputTokens` are all of them and `reasoningTokens` are thinking, of which four words are shown. A
 * chunk is one frame.
 */
export interface FakeBedrockAnswer extends GeneratedAnswer {
  /** Part of the input tokens. */
  readonly cacheWriteTokens?: number;
  /** Part of `cacheWriteTokens` that is kept for an hour. */
  readonly cacheWrite1hTokens?: number;
  /** With `errorEventAfterChunks`; default: `modelStreamErrorException`. */
  readonly errorEvent?: { readonly type: string; readonly message?: string };
  /** A guardrail has stopped the input (no model was run) or the output (the model was). */
  readonly guardrail?: 'input' | 'output';
}

/** `type` is the name of the exception; what is left out follows from the status. */
export interface FakeBedrockError {
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
}

export type FakeBedrockFailure = Failed<FakeBedrockError>;

export interface FakeBedrockCall extends FakeCall {
  /** Part of `inputTokens`. */
  readonly cacheWriteTokens: number;
  /** What the connection spoke. */
  readonly httpVersion: '1.1' | '2.0';
}
