// Any host that speaks OpenAI's API and is none of those known by name: a gateway, a server of one's own.
import { countOf } from '../json.ts';
import { hidesReasoning } from '../openai/reasoning.ts';
import { TEMPLATE_TOKENS } from './dialect.ts';
import { withMessages } from './messages.ts';
import { compatibleProvider } from './provider.ts';

export const openaiCompatible = withMessages(
  compatibleProvider({
    name: 'openai-compatible',
    // Told by `SPENDFUSE_HOSTS`.
    origins: [],
    dialect: {
      // A gateway may pass on to OpenAI: `openai/gpt-5`.
      hidesReasoning: (model, effort) => hidesReasoning(model.replace(/^.*\//u, ''), effort),
      asksForUsage: false,
      chatLimit: 'max_tokens',
      hasLongCompletions: true,
      templateTokens: TEMPLATE_TOKENS,
      // It may also pass on to Gemini or xAI, and only the total has their thoughts.
      refine(usage, report) {
        const total = countOf(report['total_tokens']) ?? 0;
        const onTop = Math.max(0, total - usage.inputTokens - usage.outputTokens);
        const outputTokens = usage.outputTokens + onTop;
        return { ...usage, outputTokens, reasoningTokens: usage.reasoningTokens + onTop };
      },
    },
  }),
);
