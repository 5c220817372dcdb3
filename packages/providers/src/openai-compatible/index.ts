// Any host that speaks OpenAI's API and is none of those known by name: a gateway, a server of one's own.
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
    },
  }),
);
