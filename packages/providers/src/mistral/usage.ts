// Usage and other facts of a unary Mistral response.
import { objectOf } from '../json.ts';
import type { ResponseFacts } from '../provider.ts';
import { transcriptionUsage } from './audio.ts';
import { spoken } from './dialect.ts';

export function usage(api: string, body: unknown): ResponseFacts {
  const facts = { ...spoken.usage(api, body), ...refusal(body) };
  if (api !== 'audio.transcriptions') return facts;
  return { ...facts, usage: transcriptionUsage(facts.model ?? '', objectOf(body)['usage']) };
}

/** `{ "object": "error", "message", "type", "code": "3505" }`; of a form that is wrong, `detail`. */
function refusal(body: unknown): Pick<ResponseFacts, 'errorType'> | undefined {
  const { object, type, detail } = objectOf(body);
  if (object === 'error') return { errorType: typeof type === 'string' ? type : 'error' };
  return detail === undefined ? undefined : { errorType: 'invalid_request_error' };
}
