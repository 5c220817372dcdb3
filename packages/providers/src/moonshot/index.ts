// Moonshot (Kimi): chat completions as OpenAI's, and Anthropic's messages.
import { countOf, listOf, objectOf } from '../json.ts';
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const moonshot = withMessages(
  compatibleProvider({
    name: 'moonshot_ai',
    origins: ['https://api.moonshot.ai', 'https://api.moonshot.cn'],
    dialect: {
      // It comes as `reasoning_content`.
      hidesReasoning: () => false,
      asksForUsage: false,
      chatLimit: 'max_tokens',
      hasLongCompletions: true,
      templateTokens: TEMPLATE_TOKENS,
      // The last chunk of a choice reports unasked; where it was asked for, another repeats it.
      reportOf: (body) => body['usage'] ?? objectOf(listOf(body['choices'])[0])['usage'],
      refine(usage, report) {
        const cached = countOf(report['cached_tokens']) ?? usage.cacheReadTokens;
        return { ...usage, cacheReadTokens: Math.min(cached, usage.inputTokens) };
      },
    },
    routes: {
      metered: [{ ending: '/chat/completions', api: 'chat.completions', operation: 'chat' }],
      free: [/\/(?:models|files|tokenizers|caching)(?:\/|$)/u],
    },
  }),
);
