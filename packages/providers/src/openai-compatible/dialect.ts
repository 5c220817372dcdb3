// What differs among hosts that speak OpenAI's chat, responses, completions and embeddings, as data.
import type { Usage } from '@spendfuse/core';
import type { JsonObject } from '../provider.ts';

export interface Dialect extends Reporting {
  /**
   * Whether the model makes output that no stream shows: reasoning. `effort` is what the request asks
   * for; undefined: it does not say.
   */
  readonly hidesReasoning: (model: string, effort: string | undefined, asked: Asked) => boolean;
  /**
   * Whether a stream has to be asked for its usage by `stream_options.include_usage`. Default: yes.
   * No: it reports unasked, or may not take the option.
   */
  readonly asksForUsage?: boolean | undefined;
  /** The limit on output that a chat gets which has none. Default: `max_completion_tokens`. */
  readonly chatLimit?: 'max_tokens' | undefined;
  /** Whether `max_completion_tokens` limits nothing there. Default: it does. */
  readonly ignoresNewLimit?: boolean | undefined;
  /**
   * What its models read before the conversation, and nobody sees. Default: nothing, and they are
   * OpenAI's; others also read ids, mark where a text ends, and take more tokens for what they hear.
   */
  readonly templateTokens?: number | undefined;
  /** Completions without a limit are as long as the model makes them. Default: no, 16 tokens. */
  readonly hasLongCompletions?: boolean | undefined;
}

/**
 * Templates of open models put in who they are, the date, and how tools are called (Qwen's 21 tokens,
 * Llama's 30, that of gpt-oss 70; some 120 about tools); makers that host their own models, up to 190.
 */
export const TEMPLATE_TOKENS = 256;

/** What the rest of a request says. */
export interface Asked {
  readonly api: string;
  readonly body: JsonObject;
}

/** How a host reports what was used, where that is not as OpenAI does it. */
export interface Reporting {
  /** The report in a body or chunk. Default: its `usage`. */
  readonly reportOf?: ((body: JsonObject) => unknown) | undefined;
  /** The usage as we count, from one read as OpenAI would mean it, and the report. */
  readonly refine?: ((usage: Usage, report: JsonObject, api: string) => Usage) | undefined;
  /** What the host says that the call costs, in nano-USD. */
  readonly costOf?: ((body: JsonObject) => number | undefined) | undefined;
}
