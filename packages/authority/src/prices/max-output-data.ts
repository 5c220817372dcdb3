// Data: the most output tokens that models produce in one choice, by model name.
//
// Sources: the providers' model pages, as carried by https://models.dev (MIT; state of 2026-07-02)
// and by the same pages for models retired since:
//   https://developers.openai.com/api/docs/models
//   https://platform.claude.com/docs/en/about-claude/models/overview
//   https://ai.google.dev/gemini-api/docs/models
//   https://docs.cohere.com/docs/models
//   https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
// A value too low would let a call outgrow its reservation, so where sources disagree the larger
// one stands here, and a model that is not listed falls back to its context window.

/** Model glob → tokens; the first that matches wins. */
export const MAX_OUTPUT_TOKENS: readonly (readonly [model: string, tokens: number])[] = [
  ['gpt-5.1-chat-latest', 16_384],
  ['gpt-5.2-chat-latest', 16_384],
  ['gpt-5.3-chat-latest', 16_384],
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
  ['gpt-5.6*', 128_000],
  ['gpt-5-search-api*', 128_000],

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
  ['gpt-audio*', 16_384],

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

  ['claude-3-haiku*', 4_096],
  ['claude-3-opus*', 4_096],
  ['claude-3-sonnet*', 4_096],
  ['claude-3-5-*', 8_192],
  // Twice what the page says, by a beta header.
  ['claude-3-7-sonnet*', 128_000],
  ['claude-opus-4-5*', 64_000],
  ['claude-opus-4-6*', 128_000],
  ['claude-opus-4-7*', 128_000],
  ['claude-opus-4-8*', 128_000],
  ['claude-opus-4-0', 32_000],
  ['claude-opus-4-1*', 32_000],
  ['claude-opus-4-20*', 32_000],
  ['claude-opus-4@*', 32_000],
  ['claude-opus-5', 128_000],
  ['claude-sonnet-4*', 64_000],
  ['claude-sonnet-5', 128_000],
  ['claude-haiku-4-5*', 64_000],
  ['claude-fable-5', 128_000],
  ['claude-mythos-5', 128_000],

  ['gemini-1.5-*', 8_192],
  ['gemini-2.0-flash*', 8_192],
  ['gemini-2.5-flash-image*', 32_768],
  ['gemini-2.5-*', 65_536],
  ['gemini-3-*', 65_536],
  ['gemini-3.1-*', 65_536],
  ['gemini-3.5-*', 65_536],
  ['gemini-3.6-*', 65_536],
  ['gemini-flash-latest', 65_536],
  ['gemini-flash-lite-latest', 65_536],
  ['gemini-pro-latest', 65_536],

  ['command-a-reasoning*', 32_768],
  ['command-a-0*', 8_192],
  ['command-a-translate*', 8_192],
  ['command-a-vision*', 8_192],
  ['command-r-0*', 4_096],
  ['command-r-plus*', 4_096],
  ['command-r7b*', 4_096],

  ['amazon.titan-text-*', 8_192],
];
