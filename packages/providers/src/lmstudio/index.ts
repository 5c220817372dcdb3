// LM Studio: a server on one's own machine that speaks OpenAI's API and Anthropic's messages.
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const lmstudio = withMessages(
  compatibleProvider({
    name: 'lmstudio',
    origins: ['http://localhost:1234', 'http://127.0.0.1:1234'],
    dialect: {
      hidesReasoning: () => false,
      asksForUsage: true,
      chatLimit: 'max_tokens',
      hasLongCompletions: true,
      templateTokens: TEMPLATE_TOKENS,
    },
    routes: {
      metered: TEXT_ENDPOINTS,
      // Something else may listen there, which nobody bills; the server's own chat is not read.
      free: [/^(?!\/api\/v\d+\/chat$)/u],
    },
  }),
);
