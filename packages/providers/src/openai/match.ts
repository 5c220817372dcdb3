// Which paths of the OpenAI API are metered, which are free, and which bill in ways not known here.
import {
  type Endpoint,
  match as matchRoutes,
  type Routes,
  TEXT_ENDPOINTS,
} from '../openai-compatible/match.ts';
import type { Match, Target } from '../provider.ts';

const MORE_ENDPOINTS: readonly Endpoint[] = [
  { ending: '/responses/compact', api: 'responses.compact', operation: 'chat' },
  { ending: '/images/generations', api: 'images.generations', operation: 'image_generation' },
  { ending: '/images/edits', api: 'images.edits', operation: 'image_generation' },
  { ending: '/images/variations', api: 'images.variations', operation: 'image_generation' },
  { ending: '/audio/transcriptions', api: 'audio.transcriptions', operation: 'transcription' },
  { ending: '/audio/translations', api: 'audio.translations', operation: 'transcription' },
  { ending: '/audio/speech', api: 'audio.speech', operation: 'speech' },
];

/** Runs of assistants, batches, fine-tuning, evaluations, videos and stores of vectors are billed. */
export const ROUTES: Routes = {
  metered: [...TEXT_ENDPOINTS, ...MORE_ENDPOINTS],
  free: [
    /\/(?:models|files|uploads|moderations|conversations|assistants)(?:\/|$)/u,
    /\/threads(?:\/(?!runs$)[^/]+(?:\/messages(?:\/[^/]+)?)?)?$/u,
    /\/chat\/completions\/[^/]+$/u,
    /\/responses\/(?:input_tokens|[^/]+\/cancel)$/u,
    /\/(?:batches|runs|jobs)\/[^/]+\/cancel$/u,
    // What the Agents SDK tells of its runs.
    /\/traces\/ingest$/u,
  ],
  billedReads: /\/realtime(?:\/|$)/u,
};

export function match(target: Target): Match {
  return matchRoutes(target, ROUTES);
}
