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

export type LimitNames = Pick<Dialect, 'chatLimit' | 'ignoresNewLimit'>;

/** The names of the request's limits on output, the one it should have first. */
export function maxOutputNames(
  api: string,
  { chatLimit, ignoresNewLimit }: LimitNames,
): readonly [string, ...string[]] {
  if (api === 'responses') return ['max_output_tokens'];
  if (api !== 'chat.completions' || ignoresNewLimit) return ['max_tokens'];
  return chatLimit ? [chatLimit, 'max_completion_tokens'] : ['max_completion_tokens', 'max_tokens'];
}

function maxOutputTokens(api: string, body: JsonObject, dialect: Dialect): number | undefined {
  if (api === 'embeddings') return 0;
  const given = maxOutputNames(api, dialect).flatMap((name) => limitOf(body[name]) ?? []);
  if (given.length > 0) return Math.max(...given);
  if (api !== 'completions' || dialect.hasLongCompletions) return undefined;
  // Nothing but a look at the prompt. To vLLM `null` is no limit.
  if (body['max_tokens'] === 0) return 0;
  return 'max_tokens' in body ? undefined : COMPLETIONS_MAX_TOKENS;
}

/** Undefined: it limits nothing, as 0 at Ollama. Servers in Python take a number in quotes too. */
export function limitOf(value: unknown): number | undefined {
  const count = countOf(typeof value === 'string' ? Number(value) : value);
  return count && count <= BELIEVABLE_MAX ? count : undefined;
}

function choices(api: string, body: JsonObject): number {
  if (api !== 'chat.completions' && api !== 'completions') return 1;
  // Older servers of open models know `best_of` in chats as well.
  const each = Math.max(limitOf(body['n']) ?? 1, limitOf(body['best_of']) ?? 1);
  return api === 'completions' ? each * prompts(body) : each;
}

/**
 * The completions API answers each prompt of a list. A list of numbers is one prompt, in tokens; vLLM
 * takes vectors beside them.
 */
function prompts({ prompt, prompt_embeds: embedded }: JsonObject): number {
  const list = listOf(prompt);
  const inWords = typeof list[0] === 'number' ? 1 : Math.max(1, list.length);
  return embedded ? inWords + Math.max(1, listOf(embedded).length) : inWords;
}

/**
 * What has hosts of chats add to them what they find, or run another model than the one that is named:
 * OpenAI, Azure, xAI, OpenRouter (three) and Alibaba; and vLLM's template, which is a program.
 */
const ADDS_INPUT = [
  'web_search_options',
  'data_sources',
  'search_parameters',
  'plugins',
  'models',
  'preset',
  'enable_search',
  'chat_template',
];

export function addsInput(body: JsonObject): boolean {
  return ADDS_INPUT.some((name) => {
    const value = body[name] ?? false;
    return Array.isArray(value) ? value.length > 0 : value !== false;
  });
}

function softInput(api: string, body: JsonObject): boolean {
  if (api !== 'chat.completions' && !api.startsWith('responses')) return false;
  if (listOf(body['tools']).some((tool) => !OWN_TOOLS.has(objectOf(tool)['type']))) return true;
  if (addsInput(body) || isSearchModel(textOf(body['model']))) return true;
  if (api === 'chat.completions') return hasPart(body['messages'], isStored);
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
function isStored(part: JsonObject): boolean {
  const { type, audio } = part;
  if (STORED.has(type) || (isObject(audio) && audio['id'] !== undefined)) return true;
  // To vLLM a part is what it has.
  return type === undefined && ('video_url' in part || 'audio_url' in part);
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
