// What one call used by kind, counted inclusively: input holds the cache, output holds reasoning.
import { invalid } from './errors.ts';
import { isAmount } from './money.ts';

/**
 * What a call used. The arithmetic is OpenTelemetry's (GenAI conventions, `gen_ai.usage.*`):
 * `cacheReadTokens`, `cacheWriteTokens`, `inputAudioTokens` and `inputImageTokens` are parts of
 * `inputTokens`; `reasoningTokens`, `outputAudioTokens` and `outputImageTokens` are parts of
 * `outputTokens`; `cacheWrite1hTokens`, written to be kept for an hour, of `cacheWriteTokens`.
 * `webSearches` are no tokens: searches that the provider ran for the call, and charges one by one, be
 * it in the web or (a rerank) among documents that came with the request.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly inputAudioTokens: number;
  readonly outputAudioTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly inputImageTokens: number;
  readonly outputImageTokens: number;
  readonly webSearches: number;
}

/** Where a usage comes from: the provider's own report, or counted by us because it gave none. */
export type UsageSource = 'provider' | 'estimated';

export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
  cacheWrite1hTokens: 0,
  inputImageTokens: 0,
  outputImageTokens: 0,
  webSearches: 0,
};

export const USAGE_KINDS = Object.keys(NO_USAGE) as readonly (keyof Usage)[];

/** A usage with the given kinds, the others 0. */
export function usageOf(kinds: Partial<Usage>): Usage {
  return { ...NO_USAGE, ...kinds };
}

export function totalTokens(usage: Usage): number {
  return usage.inputTokens + usage.outputTokens;
}

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the kind that is no count, or a part above its whole. */
export function checkUsage(usage: Usage, field = 'usage'): void {
  if (isSound(usage)) return;
  for (const kind of USAGE_KINDS) {
    if (!isAmount(usage[kind])) {
      const what = kind === 'webSearches' ? 'searches' : 'tokens';
      throw invalid(`${field}.${kind}`, `${String(usage[kind])} is no number of ${what}`);
    }
  }
  if (!isAmount(totalTokens(usage))) throw invalid(field, 'more tokens than a counter can hold');
  for (const [part, whole] of PARTS) {
    if (usage[part] > usage[whole]) {
      throw invalid(`${field}.${part}`, `${usage[part]} is more than ${whole} ${usage[whole]}`);
    }
  }
}

/** Whether there is nothing to throw; written out, since every commit passes here. */
function isSound(usage: Usage): boolean {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = usage;
  const { inputAudioTokens, inputImageTokens } = usage;
  const { outputTokens, reasoningTokens, outputAudioTokens, outputImageTokens } = usage;
  return (
    isPart(cacheReadTokens, inputTokens) &&
    isPart(cacheWriteTokens, inputTokens) &&
    isPart(inputAudioTokens, inputTokens) &&
    isPart(inputImageTokens, inputTokens) &&
    isPart(reasoningTokens, outputTokens) &&
    isPart(outputAudioTokens, outputTokens) &&
    isPart(outputImageTokens, outputTokens) &&
    isPart(cacheWrite1hTokens, cacheWriteTokens) &&
    isAmount(inputTokens + outputTokens) &&
    isAmount(usage.webSearches)
  );
}

function isPart(part: number, whole: number): boolean {
  return isAmount(part) && isAmount(whole) && part <= whole;
}

const PARTS = [
  ['cacheReadTokens', 'inputTokens'],
  ['cacheWriteTokens', 'inputTokens'],
  ['inputAudioTokens', 'inputTokens'],
  ['reasoningTokens', 'outputTokens'],
  ['outputAudioTokens', 'outputTokens'],
  ['cacheWrite1hTokens', 'cacheWriteTokens'],
  ['inputImageTokens', 'inputTokens'],
  ['outputImageTokens', 'outputTokens'],
] as const;
