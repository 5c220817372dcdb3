// What an Azure OpenAI request asks for.
import { objectOf } from '../json.ts';
import { request as openaiRequest } from '../openai/request.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { withModel } from './model.ts';

/** Deployments named after a model that does not reason; any other name may stand for one that does. */
const DOES_NOT_REASON = /gpt-?(?:3|4|5-chat|audio)|whisper|tts|transcribe|embedding|dall-e/iu;

export function request(match: Metered, body: JsonObject): RequestFacts {
  const facts = openaiRequest(match, withModel(match, body));
  const effort = body['reasoning_effort'] ?? objectOf(body['reasoning'])['effort'];
  const mayReason = effort === undefined && !DOES_NOT_REASON.test(facts.model);
  const isText = facts.outputMedia === undefined && facts.maxOutputTokens !== 0;
  return { ...facts, hiddenOutput: facts.hiddenOutput || (isText && mayReason) };
}
