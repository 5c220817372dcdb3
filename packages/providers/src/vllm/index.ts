// vLLM: servers of one's own, which speak OpenAI's API and Anthropic's messages.
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const vllm = withMessages(
  compatibleProvider({
    name: 'vllm',
    // They may be anywhere: `SPENDFUSE_HOSTS` tells.
    origins: [],
    dialect: {
      hidesReasoning: (_model, _effort, { body }) => body['include_reasoning'] === false,
      asksForUsage: true,
      templateTokens: TEMPLATE_TOKENS,
    },
  }),
);
