// Google's OpenAI-style endpoints: read as OpenAI's, but for the thoughts, which only the total has.
import { isObject, objectOf, textOf } from '../json.ts';
import { openai } from '../openai/index.ts';
import { bound } from '../openai-compatible/bound.ts';
import { TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import type { JsonObject, Provider, ResponseFacts, StreamReader } from '../provider.ts';
import { countField, field } from './fields.ts';
import { modelOf, thinks } from './models.ts';

export function isOpenAIStyle(api: string): boolean {
  return api === 'chat.completions' || api === 'embeddings';
}

export const openaiStyle: Omit<Provider, 'name' | 'origins' | 'match'> = {
  request(match, body) {
    const facts = openai.request(match, body);
    const { reasoning_effort: effort } = body;
    const budget = effort === 'none' ? 0 : undefined;
    const hiddenOutput = facts.maxOutputTokens !== 0 && thinks(facts.model, budget);
    // Google's own fields, of which a cache adds input.
    const google = objectOf(objectOf(body['extra_body'])['google'] ?? body['google']);
    const softInput = facts.softInput || textOf(field(google, 'cachedContent')) !== undefined;
    return { ...facts, model: modelOf(facts.model) ?? '', hiddenOutput, softInput };
  },
  bound: (match, body) => bound(match, body, { templateTokens: TEMPLATE_TOKENS }),
  rewrite: openai.rewrite,
  usage: (api, body) => named(openai.usage(api, withThoughts(objectOf(body)))),
  stream(api): StreamReader {
    const reader = openai.stream(api);
    return {
      read: ({ name, data }) => reader.read({ name, data: dataWithThoughts(data) }),
      facts: () => named(reader.facts()),
    };
  },
};

function named<F extends ResponseFacts>(facts: F): F {
  return { ...facts, model: modelOf(facts.model) };
}

/** `completion_tokens` leaves the thoughts out, `total_tokens` does not. */
function withThoughts(body: JsonObject): JsonObject {
  const wire = objectOf(body['usage']);
  const prompt = countField(wire, 'prompt_tokens');
  const total = countField(wire, 'total_tokens');
  if (prompt === undefined || total === undefined) return body;
  const shown = countField(wire, 'completion_tokens') ?? 0;
  const thoughts = total - prompt - shown;
  if (thoughts <= 0) return body;
  const usage = {
    ...wire,
    completion_tokens: shown + thoughts,
    completion_tokens_details: { reasoning_tokens: thoughts },
  };
  return { ...body, usage };
}

function dataWithThoughts(data: string): string {
  if (!data.includes('"total_tokens"')) return data;
  try {
    const chunk: unknown = JSON.parse(data);
    return isObject(chunk) ? JSON.stringify(withThoughts(chunk)) : data;
  } catch {
    return data;
  }
}
