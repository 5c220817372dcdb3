// What a script of the fake OpenAI may answer with.

import type { Failed, FakeRaw, GeneratedAnswer, Script } from '../fake-provider/reply.ts';

export type FakeScript = Script<FakeAnswer, FakeError>;

export type FakeReply = FakeAnswer | FakeFailure | FakeRaw;

/** Cached tokens are of chat completions and responses only. */
export interface FakeAnswer extends GeneratedAnswer {
  /** Searches that the service itself runs before it answers; responses only. */
  readonly webSearches?: number;
  /** Chat streams: first send Azure's chunk with `prompt_filter_results` and no choices. */
  readonly azureEmptyFirstChunk?: boolean;
  /** With `errorEventAfterChunks`; default: `insufficient_quota`, as recorded. */
  readonly errorEvent?: Partial<FakeErrorBody>;
}

/** The `error` object of an OpenAI error reply. */
export interface FakeErrorBody {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

export type FakeError = Partial<FakeErrorBody> & { readonly status: number };

export type FakeFailure = Failed<FakeError>;
