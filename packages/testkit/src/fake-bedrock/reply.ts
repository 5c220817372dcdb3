// What a script of the fake Bedrock may answer with, and what it remembers of every request.
import type {
  FakeAnswer,
  FakeCall,
  FakeRaw,
  FakeRequest,
  FakeTransport,
} from '../fake-openai/reply.ts';

/** Decides the answer to one request; `undefined` asks for the default answer. */
export type FakeBedrockScript = (request: FakeRequest) => FakeBedrockReply | undefined;

export type FakeBedrockReply = FakeBedrockAnswer | FakeBedrockFailure | FakeRaw;

/**
 * As for the fake OpenAI, where `inputTokens` are all of them and `reasoningTokens` are thinking, of
 * which four words are shown. A chunk is one frame.
 */
export interface FakeBedrockAnswer
  extends Omit<FakeAnswer, 'azureEmptyFirstChunk' | 'errorEvent' | 'webSearches'> {
  /** Part of the input tokens. */
  readonly cacheWriteTokens?: number;
  /** Part of `cacheWriteTokens` that is kept for an hour. */
  readonly cacheWrite1hTokens?: number;
  /** With `errorEventAfterChunks`; default: `modelStreamErrorException`. */
  readonly errorEvent?: { readonly type: string; readonly message?: string };
  /** A guardrail has stopped the input (no model was run) or the output (the model was). */
  readonly guardrail?: 'input' | 'output';
}

/** An error reply. Bills nothing. `type` is the name of the exception; default by the status. */
export interface FakeBedrockFailure extends FakeTransport {
  readonly error: { readonly status: number; readonly type?: string; readonly message?: string };
  readonly raw?: never;
}

export interface FakeBedrockCall extends FakeCall {
  /** Part of `inputTokens`. */
  readonly cacheWriteTokens: number;
  /** What the connection spoke. */
  readonly httpVersion: '1.1' | '2.0';
}
