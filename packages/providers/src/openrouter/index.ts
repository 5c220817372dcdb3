// OpenRouter: the models of all others, in OpenAI's API and Anthropic's, with a bill in every answer.
import { withMessages } from '../openai-compatible/messages.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import { addsInput } from '../openai-compatible/request.ts';
import type { Provider } from '../provider.ts';
import { DIALECT } from './dialect.ts';

const spoken = withMessages(
  compatibleProvider({
    name: 'openrouter',
    origins: ['https://openrouter.ai', 'https://eu.openrouter.ai'],
    dialect: DIALECT,
  }),
);

/** It searches first, or is a model of OpenRouter's own choice or of a preset. */
const ROUTED = /:online$|^openrouter\/|^@preset\//u;

export const openrouter: Provider = {
  ...spoken,
  request(match, body) {
    const facts = spoken.request(match, body);
    const isSoft = facts.softInput || addsInput(body) || ROUTED.test(facts.model);
    return { ...facts, softInput: isSoft };
  },
};
