// OpenRouter: the models of all others, in OpenAI's API and Anthropic's, with a bill in every answer.
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import { DIALECT } from './dialect.ts';

export const openrouter = withMessages(
  compatibleProvider({
    name: 'openrouter',
    origins: ['https://openrouter.ai', 'https://eu.openrouter.ai'],
    dialect: DIALECT,
  }),
);
