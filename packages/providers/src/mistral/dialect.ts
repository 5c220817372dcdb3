// What Mistral's API shares with OpenAI's, and what differs.
import type { Usage } from '@spendfuse/core';
import { countOf } from '../json.ts';
import type { Dialect } from '../openai-compatible/dialect.ts';
import type { Routes } from '../openai-compatible/match.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { JsonObject } from '../provider.ts';

/** Conversations, OCR by the page, speech, moderation, batches and libraries bill in ways of their own. */
const ROUTES: Routes = {
  metered: [
    { ending: '/agents/completions', api: 'agents.completions', operation: 'chat' },
    { ending: '/fim/completions', api: 'fim.completions', operation: 'text_completion' },
    { ending: '/chat/completions', api: 'chat.completions', operation: 'chat' },
    { ending: '/embeddings', api: 'embeddings', operation: 'embeddings' },
    { ending: '/audio/transcriptions', api: 'audio.transcriptions', operation: 'transcription' },
  ],
  free: [/\/(?:models|files|agents)(?:\/|$)/u, /\/jobs\/[^/]+\/cancel$/u],
};

const DIALECT: Dialect = {
  // Thoughts are parts of the content.
  hidesReasoning: () => false,
  // Streams report unasked, and the option is refused as an unknown field.
  asksForUsage: false,
  chatLimit: 'max_tokens',
  refine: withAudio,
};

/** Its URL is an option of the SDK, not a variable. */
export const spoken = compatibleProvider({
  name: 'mistral_ai',
  origins: [
    'https://api.mistral.ai',
    'https://api.eu.mistral.ai',
    'https://api.us.mistral.ai',
    'https://codestral.mistral.ai',
  ],
  dialect: DIALECT,
  routes: ROUTES,
});

/** Audio is in the total alone, where its seconds are told: 203 s are 2,625 tokens more than the rest. */
export function withAudio(usage: Usage, report: JsonObject): Usage {
  if (!countOf(report['prompt_audio_seconds'])) return usage;
  const total = countOf(report['total_tokens']) ?? 0;
  const inputAudioTokens = Math.max(0, total - usage.inputTokens - usage.outputTokens);
  return { ...usage, inputTokens: usage.inputTokens + inputAudioTokens, inputAudioTokens };
}
