// Fireworks: chat completions, responses, completions and embeddings as OpenAI's.
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const fireworks = compatibleProvider({
  name: 'fireworks',
  origins: ['https://api.fireworks.ai'],
  dialect: {
    // It comes as `reasoning_content`.
    hidesReasoning: () => false,
    // Each choice ends with a report of all of them.
    asksForUsage: false,
    chatLimit: 'max_tokens',
    hasLongCompletions: true,
    templateTokens: TEMPLATE_TOKENS,
  },
});
