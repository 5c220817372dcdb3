// Groq: chat completions, responses and embeddings as OpenAI's, and transcription by the second.
import { audioRequest, isAudio } from '../openai/audio.ts';
import { TEXT_ENDPOINTS } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { Provider } from '../provider.ts';
import { heardUsage, speechBound } from './audio.ts';
import { DIALECT } from './dialect.ts';

/** Speech is billed by the character, and batches later. */
const text = compatibleProvider({
  name: 'groq',
  origins: ['https://api.groq.com'],
  baseUrlVariables: ['GROQ_BASE_URL'],
  dialect: DIALECT,
  routes: {
    metered: [
      ...TEXT_ENDPOINTS,
      { ending: '/audio/transcriptions', api: 'audio.transcriptions', operation: 'transcription' },
      { ending: '/audio/translations', api: 'audio.translations', operation: 'transcription' },
    ],
    free: [/\/(?:models|files)(?:\/|$)/u, /\/batches\/[^/]+\/cancel$/u],
  },
});

/** Systems of models that search and run code before they answer. */
const COMPOUND = /^(?:groq\/)?compound/u;

export const groq: Provider = {
  ...text,
  request(match, body) {
    if (isAudio(match.api)) return audioRequest(match, body);
    const facts = text.request(match, body);
    return COMPOUND.test(facts.model) ? { ...facts, softInput: true, hiddenOutput: true } : facts;
  },
  bound: (match, body) => (isAudio(match.api) ? speechBound : text.bound)(match, body),
  usage: (api, body) => {
    const facts = text.usage(api, body);
    return isAudio(api) ? { ...facts, usage: heardUsage(body) } : facts;
  },
};
