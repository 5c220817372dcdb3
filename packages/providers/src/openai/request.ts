// What an OpenAI request asks for: model, streaming, the most output, how many choices.
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';

/** `max_tokens` of the completions API where the request has none (API reference). */
export const COMPLETIONS_MAX_TOKENS = 16;

/** Above every model's output, and small enough that n times it still can be counted. */
const BELIEVABLE_MAX = 1_000_000_000;

/** Tools that run at the provider and feed what they find back into the input. */
const OWN_TOOLS: ReadonlySet<unknown> = new Set(['function', 'custom']);

export function request({ api }: Metered, body: JsonObject): RequestFacts {
  const stream = body['stream'] === true;
  const model = textOf(body['model']) ?? '';
  return {
    model,
    stream: stream && api !== 'embeddings',
    maxOutputTokens: maxOutputTokens(api, body),
    choices: choices(api, body),
    clampable: api !== 'embeddings',
    // Vectors of two embedding models have nothing to do with each other.
    downgradable: api !== 'embeddings' && model !== '',
    tier: textOf(body['service_tier']),
    softInput: softInput(api, body),
    wantsUsageOption: stream && wantsUsageOption(api, body),
    hiddenOutput: reasonsUnseen(model, body),
    webSearches: 0,
  };
}

/** The names of the request's limits on output, those it should have first. */
export function maxOutputNames(api: string): readonly [string, ...string[]] {
  if (api === 'chat.completions') return ['max_completion_tokens', 'max_tokens'];
  return api === 'responses' ? ['max_output_tokens'] : ['max_tokens'];
}

function maxOutputTokens(api: string, body: JsonObject): number | undefined {
  if (api === 'embeddings') return 0;
  const given = maxOutputNames(api).flatMap((name) => {
    const count = countOf(body[name]);
    return count === undefined || count > BELIEVABLE_MAX ? [] : [count];
  });
  if (given.length > 0) return Math.max(...given);
  return api === 'completions' ? COMPLETIONS_MAX_TOKENS : undefined;
}

function choices(api: string, body: JsonObject): number {
  if (api === 'chat.completions') return atLeastOne(body['n']);
  if (api !== 'completions') return 1;
  return Math.max(atLeastOne(body['n']), atLeastOne(body['best_of'])) * prompts(body['prompt']);
}

/** The completions API answers each prompt of a list. A list of numbers is one prompt, in tokens. */
function prompts(prompt: unknown): number {
  const list = listOf(prompt);
  return typeof list[0] === 'number' ? 1 : Math.max(1, list.length);
}

function atLeastOne(value: unknown): number {
  const count = countOf(value);
  return count === undefined || count > BELIEVABLE_MAX ? 1 : Math.max(1, count);
}

function softInput(api: string, body: JsonObject): boolean {
  if (api === 'chat.completions') {
    return body['web_search_options'] !== undefined || hasPart(body['messages'], isStored);
  }
  if (api !== 'responses') return false;
  if (textOf(body['previous_response_id']) !== undefined) return true;
  if ((body['conversation'] ?? null) !== null || isObject(body['prompt'])) return true;
  if (listOf(body['tools']).some((tool) => !OWN_TOOLS.has(objectOf(tool)['type']))) return true;
  return hasPart(body['input'], isStored);
}

/** A part that only points at what the provider keeps, or a file whose text it takes out. */
function isStored(part: JsonObject): boolean {
  const type = part['type'];
  return type === 'item_reference' || type === 'file' || type === 'input_file';
}

function hasPart(value: unknown, test: (part: JsonObject) => boolean): boolean {
  return listOf(value).some(
    (item) =>
      isObject(item) &&
      (test(item) || hasPart(item['content'], test) || hasPart(item['output'], test)),
  );
}

/** Models that reason before they answer and do not show it (guide on reasoning models). */
const REASONING = /^(?:ft:)?(?:o\d|codex|gpt-(?:[5-9]|\d\d)(?!.*-chat))/u;

function reasonsUnseen(model: string, body: JsonObject): boolean {
  const effort = body['reasoning_effort'] ?? objectOf(body['reasoning'])['effort'];
  return REASONING.test(model) && effort !== 'none';
}

/** The Responses API always reports usage; embeddings do not stream. */
function wantsUsageOption(api: string, body: JsonObject): boolean {
  if (api !== 'chat.completions' && api !== 'completions') return false;
  return objectOf(body['stream_options'])['include_usage'] !== true;
}
