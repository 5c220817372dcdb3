// What an LLM API looks like on the wire: the interface that every provider folder implements.
import type { Usage } from '@spendfuse/core';

/**
 * One provider. All functions are pure, take parsed JSON of unknown shape, and never throw: what they
 * do not understand they leave out.
 */
export interface Provider {
  /** As in `gen_ai.provider.name`. */
  readonly name: string;
  /** Origins whose traffic is this provider's, without settings: `https://api.openai.com`. */
  readonly origins: readonly string[];
  readonly match: (target: Target) => Match;
  readonly request: (api: string, body: JsonObject) => RequestFacts;
  readonly bound: (api: string, body: JsonObject) => CountableInput;
  readonly rewrite: (api: string, body: JsonObject, change: RequestChange) => JsonObject;
  readonly usage: (api: string, body: unknown) => ResponseFacts;
  readonly stream: (api: string) => StreamReader;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export interface Target {
  /** Upper case. */
  readonly method: string;
  /** Path of the URL, without query. */
  readonly path: string;
}

/** What a request asks for. `free` calls cost nothing; `unknown` ones may, and nobody knows how much. */
export type Match =
  | {
      readonly kind: 'metered';
      /** Which API of the provider, passed to its other functions: `chat.completions`. */
      readonly api: string;
      /** As in `gen_ai.operation.name`: `chat`, `text_completion`, `embeddings`. */
      readonly operation: string;
    }
  | { readonly kind: 'free' }
  | { readonly kind: 'unknown' };

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
}

/** The input of a call, in pieces that can be counted and remembered one by one. */
export interface CountableInput {
  /** Texts that a tokenizer has to count. An agent resends most of them every turn. */
  readonly texts: readonly string[];
  /** Tokens on top of the texts, by published rules: framing of messages, images, token arrays. */
  readonly extraTokens: number;
  /** Never less than the tokens of the whole input: UTF-8 bytes of the texts and the extra. */
  readonly maxTokens: number;
}

export interface RequestChange {
  readonly model?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly includeUsage?: boolean | undefined;
}

export interface ResponseFacts {
  /** Undefined where the response reports none. */
  readonly usage: Usage | undefined;
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** The service tier that served it, where the response says so. */
  readonly tier: string | undefined;
  readonly finishReasons: readonly string[];
  /** Code of an error that the body carries. */
  readonly errorType: string | undefined;
}

/** Reads the events of one streamed response. Never throws. */
export interface StreamReader {
  /** One event of the stream, its data as text. */
  readonly read: (event: StreamEvent) => EventFacts;
  /** What has been learned so far. */
  readonly facts: () => StreamFacts;
}

export interface StreamEvent {
  /** The SSE `event` field; undefined where it was not sent. */
  readonly name: string | undefined;
  readonly data: string;
}

export interface EventFacts {
  /** The event exists only because usage was asked for: withhold it from who did not ask. */
  readonly usageOnly: boolean;
  /** Nothing that matters comes after it. */
  readonly terminal: boolean;
  /** What it adds to `StreamFacts.outputText`. */
  readonly output: string;
}

export interface StreamFacts extends ResponseFacts {
  /** All output text seen, of all choices, reasoning and tool arguments included. */
  readonly outputText: string;
  /** Events that carried output. */
  readonly outputEvents: number;
}
