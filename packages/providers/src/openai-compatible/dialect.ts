// What differs among hosts that speak OpenAI's chat, responses, completions and embeddings, as data.
import type { Usage } from '@spendfuse/core';
import type { JsonObject } from '../provider.ts';

export interface Dialect extends Reporting {
  /**
   * Whether the model makes output that no stream shows: reasoning. `effort` is what the request asks
   * for; undefined: it does not say.
   */
  readonly hidesReasoning: (model: string, effort: string | undefined) => boolean;
  /**
   * Whether a stream has to be asked for its usage by `stream_options.include_usage`. Default: yes.
   * No: it reports unasked, or may not take the option.
   */
  readonly asksForUsage?: boolean | undefined;
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
