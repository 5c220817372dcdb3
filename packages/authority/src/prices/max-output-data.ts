// Data: the most output tokens that OpenAI's models produce in one choice, by model name.
//
// Source: the model pages of https://platform.openai.com/docs/models, as carried by
// https://models.dev (MIT; state of 2026-07-02), and by the same pages for models retired since.
// A value too low would let a call outgrow its reservation, so where sources disagree the larger
// one stands here, and a model that is not listed falls back to its context window.

/** Model glob → tokens; the first that matches wins. */
export const MAX_OUTPUT_TOKENS: readonly (readonly [model: string, tokens: number])[] = [
  ['gpt-5.1-chat-latest', 16_384],
  ['gpt-5.2-chat-latest', 16_384],
  ['gpt-5.3-chat-latest', 16_384],
  ['gpt-5.3-codex-spark', 32_000],
  ['gpt-5-pro', 272_000],
  ['gpt-5-pro-20*', 272_000],
  ['gpt-5', 128_000],
  ['gpt-5-20*', 128_000],
  ['gpt-5-mini*', 128_000],
  ['gpt-5-nano*', 128_000],
  ['gpt-5-codex*', 128_000],
  ['gpt-5-chat*', 128_000],
  ['gpt-5.1*', 128_000],
  ['gpt-5.2*', 128_000],
  ['gpt-5.3*', 128_000],
  ['gpt-5.4', 128_000],
  ['gpt-5.4-20*', 128_000],
  ['gpt-5.4-mini*', 128_000],
  ['gpt-5.4-nano*', 128_000],
  ['gpt-5.4-pro*', 128_000],
  ['gpt-5.5*', 128_000],

  ['o1', 100_000],
  ['o1-20*', 100_000],
  ['o1-pro*', 100_000],
  ['o1-mini*', 65_536],
  ['o1-preview*', 32_768],
  ['o3', 100_000],
  ['o3-*', 100_000],
  ['o4-mini*', 100_000],
  ['codex-mini*', 100_000],

  ['gpt-4.1*', 32_768],
  ['gpt-4.5-preview*', 16_384],
  ['gpt-4o-2024-05-13', 4_096],
  ['gpt-4o', 16_384],
  ['gpt-4o-20*', 16_384],
  ['gpt-4o-mini', 16_384],
  ['gpt-4o-mini-20*', 16_384],
  ['gpt-4o-audio-preview*', 16_384],
  ['gpt-4o-mini-audio-preview*', 16_384],
  ['gpt-4o-search-preview*', 16_384],
  ['gpt-4o-mini-search-preview*', 16_384],
  ['chatgpt-4o-latest', 16_384],

  ['gpt-4-turbo*', 4_096],
  ['gpt-4-1106-*', 4_096],
  ['gpt-4-0125-preview', 4_096],
  ['gpt-4-vision-preview', 4_096],
  ['gpt-4-32k*', 32_768],
  ['gpt-4', 8_192],
  ['gpt-4-0314', 8_192],
  ['gpt-4-0613', 8_192],

  ['gpt-3.5-turbo-16k*', 16_385],
  ['gpt-35-turbo-16k*', 16_385],
  ['gpt-3.5-turbo*', 4_096],
  ['gpt-35-turbo*', 4_096],
];
