// The most tokens one image can cost, by model (OpenAI's guide on images and vision, as data).

interface ImageRule {
  readonly model: RegExp;
  /** With `detail: low`. */
  readonly low: number;
  /** Otherwise: 8 tiles of 512 px (768 × 2048 is the largest after scaling), or 1,536 patches. */
  readonly most: number;
}

/** First match wins. Tiled: base + 8 × tile. In patches: 1,536 × the model's multiplier. */
const RULES: readonly ImageRule[] = [
  { model: /^gpt-4o-mini/u, low: 2_833, most: 2_833 + 8 * 5_667 },
  { model: /^(?:gpt-4o|chatgpt-4o|gpt-4-turbo|gpt-4-vision|gpt-4\.5)/u, low: 85, most: 1_445 },
  { model: /^(?:gpt-4\.1-mini|gpt-5-mini)/u, low: 2_489, most: 2_489 },
  { model: /^(?:gpt-4\.1-nano|gpt-5-nano)/u, low: 3_779, most: 3_779 },
  { model: /^o4-mini/u, low: 2_642, most: 2_642 },
  { model: /^gpt-4\.1/u, low: 85, most: 1_445 },
  { model: /^gpt-5(?:-chat|-20|$)/u, low: 70, most: 1_190 },
  // 10,000 patches of the original, times 1.2.
  { model: /^gpt-5\.[45](?:-20|-pro|$)/u, low: 12_000, most: 12_000 },
  { model: /^(?:o1|o3)/u, low: 75, most: 1_275 },
  { model: /^computer-use/u, low: 65, most: 1_097 },
];

/** A model not in the table: the dearest of all, so that the bound stays a bound. */
const DEAREST = 2_833 + 8 * 5_667;

export function maxImageTokens({
  model,
  detail,
}: {
  readonly model: string;
  readonly detail: unknown;
}): number {
  const name = model.replace(/^(?:ft:|openai\/)/u, '');
  const rule = RULES.find((candidate) => candidate.model.test(name));
  if (!rule) return DEAREST;
  return detail === 'low' ? rule.low : rule.most;
}
