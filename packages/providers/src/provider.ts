// What an LLM API looks like on the wire: the interface that every provider folder implements.
import type { Usage } from '@spendfuse/core';

/**
 * One provider. All functions are pure, take parsed JSON of unknown shape, and never throw: what they
 * do not understand they leave out.
 */
export interface Provider {
  /** As in `gen_ai.provider.name`. */
  readonly name: string;
  /**
   * Origins whose traffic is this provider's, without settings: `https://api.openai.com`. A `*` stands
   * for any part of the host: `https://*.openai.azure.com`.
   */
  readonly origins: readonly string[];
  readonly match: (target: Target) => Match;
  readonly request: (match: Metered, body: JsonObject) => RequestFacts;
  readonly bound: (match: Metered, body: JsonObject) => CountableInput;
  readonly rewrite: (match: Metered, body: JsonObject, change: RequestChange) => Rewritten;
  /** Of a unary response; a streamed one of another form is read by it when it is whole. */
  readonly usage: (api: string, body: unknown, headers?: ResponseHeaders) => ResponseFacts;
  readonly stream: (api: string) => StreamReader;
  /** Variables that tell its SDKs another origin to talk to: `OPENAI_BASE_URL`. */
  readonly baseUrlVariables?: readonly string[] | undefined;
}

/** Names in any case. */
export type ResponseHeaders = Pick<Headers, 'get'>;

/** A form (`multipart/form-data`) is one too: a file of it is `{ name, type, bytes }`, its size. */
export type JsonObject = Readonly<Record<string, unknown>>;

export interface Target {
  /** Upper case. */
  readonly method: string;
  /** Path of the URL, without query. */
  readonly path: string;
}

/** What a request asks for. `free` calls cost nothing; `unknown` ones may, and nobody knows how much. */
export type Match = Metered | { readonly kind: 'free' } | { readonly kind: 'unknown' };

export interface Metered {
  readonly kind: 'metered';
  /** Which API of the provider, passed to its other functions: `chat.completions`. */
  readonly api: string;
  /** As in `gen_ai.operation.name`: `chat`, `text_completion`, `embeddings`. */
  readonly operation: string;
  /** The path of the request. */
  readonly path: string;
  /** The model, where the path names it. */
  readonly model?: string | undefined;
}

export interface RequestFacts {
  /** Empty where the request names none. */
  readonly model: string;
  readonly stream: boolean;
  /** Per choice. Undefined: the model's own maximum. 0: the operation has no output. */
  readonly maxOutputTokens: number | undefined;
  readonly choices: number;
  /** Whether `rewrite` can lower the max output. */
  readonly clampable: boolean;
  /** Whether `rewrite` can put another model of the provider in its place. */
  readonly downgradable: boolean;
  /** The service tier asked for, as the provider calls it; undefined: none. */
  readonly tier: string | undefined;
  /** The provider adds input that the request does not show (`previous_response_id`). */
  readonly softInput: boolean;
  /** `stream_options.include_usage` would be new to this request, and `rewrite` can add it. */
  readonly wantsUsageOption: boolean;
  /** The model may make output that no stream shows (reasoning): what was seen of it is no bound. */
  readonly hiddenOutput: boolean;
  /** The most searches that the provider itself may run and bill for this call; 0: none. */
  readonly webSearches: number;
  /** What all of the output is, or can be. Undefined: text. */
  readonly outputMedia?: 'audio' | 'image' | undefined;
  /** Fewest bytes of a whole answer that one token of its output takes; default 1. */
  readonly bytesPerOutputToken?: number | undefined;
}

/** The input of a call, in pieces that can be counted and remembered one by one. */
export interface CountableInput {
  /** Texts that a tokenizer has to count. An agent resends most of them every turn. */
  readonly texts: readonly string[];
  /** Tokens on top of the texts, by published rules: framing of messages, images, token arrays. */
  readonly extraTokens: number;
  /** Those of the extra that are audio, and images, where these have prices of their own; default 0. */
  readonly audioTokens?: number | undefined;
  readonly imageTokens?: number | undefined;
  /** Never less than the tokens of the whole input: UTF-8 bytes of the texts and the extra. */
  readonly maxTokens: number;
}

export interface RequestChange {
  readonly model?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly includeUsage?: boolean | undefined;
}

/** What is sent instead of the request. */
export interface Rewritten {
  readonly body: JsonObject;
  /** Undefined: the path stays. */
  readonly path?: string | undefined;
}

export interface ResponseFacts {
  /** Undefined where the response reports none. */
  readonly usage: Usage | undefined;
  /** The input is not in it, and there was some: it is estimated, and the rest holds. */
  readonly lacksInput?: boolean | undefined;
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** The service tier that served it, where the response says so. */
  readonly tier: string | undefined;
  readonly finishReasons: readonly string[];
  /** Code of an error that the body carries. */
  readonly errorType: string | undefined;
  /** The call was refused after its input was read, and that is billed. */
  readonly billsInput?: boolean | undefined;
  /** What the provider itself says that the call costs, in nano-USD. */
  readonly reportedCostNanoUsd?: number | undefined;
  /** What other models used that the provider ran for the call, billed at their own prices. */
  readonly alsoUsed?: readonly ModelUsage[] | undefined;
}

export interface ModelUsage {
  readonly model: string;
  readonly usage: Usage;
}

/** Reads the events of one streamed response. Never throws. */
export interface StreamReader {
  /** One event of the stream, its data as text: a server-sent event, a line, or a binary frame. */
  readonly read: (event: StreamEvent) => EventFacts;
  /** What has been learned so far. */
  readonly facts: () => StreamFacts;
}

export interface StreamEvent {
  /** The SSE `event` field, or `:event-type` of a frame; undefined where there is none. */
  readonly name: string | undefined;
  readonly data: string;
}

export interface EventFacts {
  /** The event exists only because usage was asked for: withhold it from who did not ask. */
  readonly usageOnly: boolean;
  /** Nothing that matters comes after it. */
  readonly terminal: boolean;
  /** The output text that it brings, reasoning and tool arguments included. */
  readonly output: string;
}

export interface StreamFacts extends ResponseFacts {
  /** Whether `usage` is that of the whole call; false where more output was to follow. */
  readonly isUsageFinal: boolean;
  /** Output text seen since `usage` was reported: what that report cannot contain. */
  readonly uncountedText: string;
  /** Events that brought it. */
  readonly uncountedEvents: number;
  /** Calls of tools among it: a provider bills tokens around each that no event shows. */
  readonly uncountedToolCalls?: number | undefined;
  /** All events that carried output. */
  readonly outputEvents: number;
}
