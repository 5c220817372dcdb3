// What a Mistral request asks for.
import { listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { isHeardBySecond } from './audio.ts';
import { spoken } from './dialect.ts';

export function request(match: Metered, body: JsonObject): RequestFacts {
  if (match.api === 'audio.transcriptions') return transcription(body);
  const isChat = match.api !== 'embeddings';
  const facts = spoken.request(isChat ? { ...match, api: 'chat.completions' } : match, body);
  const agent = textOf(body['agent_id']);
  return {
    ...facts,
    // What model an agent has is not to be seen: budgets and prices know it by its id.
    model: facts.model || (agent ?? ''),
    softInput: facts.softInput || agent !== undefined || (isChat && readsMore(body)),
  };
}

function transcription(body: JsonObject): RequestFacts {
  const model = textOf(body['model']) ?? '';
  return {
    model,
    stream: body['stream'] === true || body['stream'] === 'true',
    maxOutputTokens: isHeardBySecond(model) ? 0 : undefined,
    choices: 1,
    clampable: false,
    // Each model counts in its own way.
    downgradable: false,
    tier: undefined,
    // Audio that lies elsewhere.
    softInput: body['file'] === undefined,
    wantsUsageOption: false,
    hiddenOutput: false,
    webSearches: 0,
  };
}

/** Tools that Mistral runs feed what they find into the input; of a document only its place is said. */
function readsMore(body: JsonObject): boolean {
  const tools = listOf(body['tools']).map((tool) => objectOf(tool)['type'] ?? 'function');
  return (
    tools.some((type) => type !== 'function') || listOf(body['messages']).some(pointsElsewhere)
  );
}

function pointsElsewhere(message: unknown): boolean {
  return listOf(objectOf(message)['content']).some((part) => {
    const { type, input_audio: audio } = objectOf(part);
    return type === 'document_url' || /^https?:/u.test(textOf(audio) ?? '');
  });
}
