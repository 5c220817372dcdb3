// A usage: what is a whole, what is a part of it, and what is no usage.
import { expect, test } from 'vitest';
import { checkUsage, NO_USAGE, totalTokens, type Usage, USAGE_KINDS, usageOf } from './usage.ts';

test.each<[Partial<Usage>, string]>([
  [{ inputTokens: -1 }, 'usage.inputTokens: -1 is no number of tokens'],
  [{ webSearches: 0.5 }, 'usage.webSearches: 0.5 is no number of searches'],
  [{ inputTokens: 2, cacheReadTokens: 3 }, 'usage.cacheReadTokens: 3 is more than inputTokens 2'],
  [{ inputImageTokens: 1 }, 'usage.inputImageTokens: 1 is more than inputTokens 0'],
  [{ outputImageTokens: 1 }, 'usage.outputImageTokens: 1 is more than outputTokens 0'],
  [
    { inputTokens: 9, cacheWriteTokens: 2, cacheWrite1hTokens: 3 },
    'usage.cacheWrite1hTokens: 3 is more than cacheWriteTokens 2',
  ],
])('%j is none', (kinds, message) => {
  expect(() => checkUsage(usageOf(kinds))).toThrowError(message);
});

test.each([
  ['inputTokens', ['cacheReadTokens', 'cacheWriteTokens', 'inputAudioTokens', 'inputImageTokens']],
  ['outputTokens', ['reasoningTokens', 'outputAudioTokens', 'outputImageTokens']],
  ['cacheWriteTokens', ['cacheWrite1hTokens']],
] as const)('of %s each part can be all, and none can be more', (whole, parts) => {
  const full = usageOf({ inputTokens: 9, outputTokens: 9, cacheWriteTokens: 9, [whole]: 5 });
  for (const part of parts) {
    const rest = { ...full, cacheWriteTokens: whole === 'inputTokens' ? 0 : full.cacheWriteTokens };
    checkUsage({ ...rest, [part]: 5 });
    expect(() => checkUsage({ ...rest, [part]: 6 })).toThrowError(`6 is more than ${whole} 5`);
  }
});

test('more tokens than a counter can hold are none', () => {
  const most = Number.MAX_SAFE_INTEGER;
  checkUsage(usageOf({ inputTokens: most }));
  expect(() => checkUsage(usageOf({ inputTokens: most, outputTokens: 1 }))).toThrowError(
    'usage: more tokens than a counter can hold',
  );
});

test.each(USAGE_KINDS)('one without %s is none', (kind) => {
  const { [kind]: _, ...rest } = NO_USAGE;
  expect(() => checkUsage(rest as Usage)).toThrowError(`usage.${kind}: undefined is no number of`);
});

test('searches are no tokens, and need none', () => {
  const usage = usageOf({ webSearches: 3 });
  checkUsage(usage);
  expect(totalTokens(usage)).toBe(0);
});
