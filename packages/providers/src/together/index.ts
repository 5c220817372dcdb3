// Together: chat completions, completions and embeddings as OpenAI's.
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';

export const together = compatibleProvider({
  name: 'together',
  origins: ['https://api.together.ai', 'https://api.together.xyz'],
  baseUrlVariables: ['TOGETHER_BASE_URL'],
  dialect: {
    // It comes as `reasoning`, or among the content.
    hidesReasoning: () => false,
    // A stream of text reports unasked, one with tools only where it is asked.
    asksForUsage: true,
    chatLimit: 'max_tokens',
    ignoresNewLimit: true,
    hasLongCompletions: true,
    templateTokens: TEMPLATE_TOKENS,
  },
});
