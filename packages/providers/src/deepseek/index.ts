// DeepSeek: chat completions, responses and completions as OpenAI's, and Anthropic's messages.
import { countOf } from '../json.ts';
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const deepseek = withMessages(
  compatibleProvider({
    name: 'deepseek',
    origins: ['https://api.deepseek.com'],
    dialect: {
      // It comes as `reasoning_content`.
      hidesReasoning: () => false,
      asksForUsage: false,
      chatLimit: 'max_tokens',
      ignoresNewLimit: true,
      hasLongCompletions: true,
      templateTokens: TEMPLATE_TOKENS,
      // Input is what hit the cache and what missed it; older answers tell the hits only so.
      refine(usage, report) {
        const hits = countOf(report['prompt_cache_hit_tokens']) ?? usage.cacheReadTokens;
        const misses = countOf(report['prompt_cache_miss_tokens']) ?? 0;
        const inputTokens = Math.max(usage.inputTokens, hits + misses);
        return { ...usage, inputTokens, cacheReadTokens: hits };
      },
    },
  }),
);
