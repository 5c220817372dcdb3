// What differs among hosts that speak OpenAI's chat, responses, completions and embeddings, as data.

export interface Dialect {
  /**
   * Whether the model makes output that no stream shows: reasoning. `effort` is what the request asks
   * for; undefined: it does not say.
   */
  readonly hidesReasoning: (model: string, effort: string | undefined) => boolean;
}
