// What a request asks for: model, streaming, the most output, how many choices, searches.
import { countOf, isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import type { Asked, Dialect } from './dialect.ts';
import { isSearchModel } from './searches.ts';

/** `max_tokens` of the completions API where the request has none (API reference). */
const COMPLETIONS_MAX_TOKENS = 16;

/** Above every model's output, and small enough that n times it still can be counted. */
const BELIEVABLE_MAX = 1_000_000_000;

/**
 * Those of which another model, or less output, gives the same in other words: vectors of two models
 * have nothing to do with each other, and a conversation is compacted for the model that goes on.
 */
const CHANGEABLE: ReadonlySet<string> = new Set(['chat.completions', 'responses', 'completions']);

/** Tools that the caller runs; others run at the provider and feed what they find into the input. */
const OWN_TOOLS: ReadonlySet<unknown> = new Set(['function', 'custom']);

/** Searches of a request that does not limit its calls of tools, where nothing else limits them. */
const USUAL_SEARCHES = 10;
/** A report is made of dozens of searches (guide on deep research). */
const DEEP_SEARCHES = 100;

export function request({ api }: Metered, body: JsonObject, dialect: Dialect): RequestFacts {
  const stream = body['stream'] === true;
  const model = textOf(body['model']) ?? '';
  return {
    model,
    stream: stream && api !== 'embeddings',
    maxOutputTokens: maxOutputTokens(api, body, dialect),
    choices: choices(api, body),
    clampable: CHANGEABLE.has(api),
    downgradable: CHANGEABLE.has(api) && model !== '',
    tier: textOf(body['service_tier']),
    softInput: softInput(api, body),
    wantsUsageOption: stream && (dialect.asksForUsage ?? true) && wantsUsageOption(api, body),
    hiddenOutput: api !== 'embeddings' && hidesOutput(model, { api, body }, dialect),
    webSearches: webSearches(api, model, body),
    outputMedia: speaks(body) ? 'audio' : undefined,
  };
}

/** The names of the request's limits on output, the one it should have first. */
export function maxOutputNames(
  api: string,
  { chatLimit }: Pick<Dialect, 'chatLimit'>,
): readonly [string, ...string[]] {
  if (api === 'responses') return ['max_output_tokens'];
  if (api !== 'chat.completions') return ['max_tokens'];
  return chatLimit ? [chatLimit, 'max_completion_tokens'] : ['max_completion_tokens', 'max_tokens'];
}

function maxOutputTokens(api: string, body: JsonObject, dialect: Dialect): number | undefined {
  if (api === 'embeddings') return 0;
  const given = maxOutputNames(api, dialect).flatMap((name) => {
    const count = countOf(body[name]);
    return count === undefined || count > BELIEVABLE_MAX ? [] : [count];
  });
  if (given.length > 0) return Math.max(...given);
  const isShort = api === 'completions' && !dialect.hasLongCompletions;
  return isShort ? COMPLETIONS_MAX_TOKENS : undefined;
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
  if (api !== 'chat.completions' && !api.startsWith('responses')) return false;
  if (listOf(body['tools']).some((tool) => !OWN_TOOLS.has(objectOf(tool)['type']))) return true;
  if (api === 'chat.completions') {
    return body['web_search_options'] !== undefined || hasPart(body['messages'], isStored);
  }
  if (textOf(body['previous_response_id']) !== undefined) return true;
  if ((body['conversation'] ?? null) !== null || isObject(body['prompt'])) return true;
  return hasPart(body['input'], isStored);
}

const STORED: ReadonlySet<unknown> = new Set([
  'item_reference',
  'file',
  'input_file',
  'file_url',
  'video_url',
  'audio_url',
]);

/** A part that only points at what is elsewhere, or a file whose text the provider takes out. */
function isStored({ type, audio }: JsonObject): boolean {
  return STORED.has(type) || (isObject(audio) && audio['id'] !== undefined);
}

function hasPart(value: unknown, test: (part: JsonObject) => boolean): boolean {
  return listOf(value).some(
    (item) =>
      isObject(item) &&
      (test(item) || hasPart(item['content'], test) || hasPart(item['output'], test)),
  );
}

/** Reasoning; speech; words of a prediction that were rejected; a run that outlives the request. */
function hidesOutput(model: string, asked: Asked, { hidesReasoning }: Dialect): boolean {
  const { body } = asked;
  if (body['background'] === true || isObject(body['prediction'])) return true;
  if (speaks(body)) return true;
  const effort = body['reasoning_effort'] ?? objectOf(body['reasoning'])['effort'];
  return hidesReasoning(model, textOf(effort), asked);
}

function speaks(body: JsonObject): boolean {
  return listOf(body['modalities']).includes('audio');
}

function webSearches(api: string, model: string, body: JsonObject): number {
  if (api === 'chat.completions') return isSearchModel(model) ? 1 : 0;
  if (api !== 'responses') return 0;
  const types = listOf(body['tools']).map((tool) => textOf(objectOf(tool)['type']));
  if (!types.some((type) => /^(?:web|x)_search/u.test(type ?? ''))) return 0;
  const usual = model.includes('deep-research') ? DEEP_SEARCHES : USUAL_SEARCHES;
  return countOf(body['max_tool_calls']) ?? usual;
}

/** The Responses API always reports usage; embeddings do not stream. */
function wantsUsageOption(api: string, body: JsonObject): boolean {
  if (api !== 'chat.completions' && api !== 'completions') return false;
  return objectOf(body['stream_options'])['include_usage'] !== true;
}
