// What a Gemini request asks for: model, streaming, the most output, how many candidates.
import { objectOf, textOf } from '../json.ts';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import {
  countField,
  countIn,
  field,
  itemsOf,
  listField,
  objectField,
  spellings,
} from './fields.ts';
import { modelOf, mostSearches, thinks } from './models.ts';
import { hasSoftMedia } from './parts.ts';

/** Tools that only say what the program can do; all others run at Google, and feed the input. */
const OWN_TOOLS = /^(?:type|name|description|parameters|function_?declarations)$/iu;
const SEARCH_TOOLS = /^(?:google_?search|google_?search_?retrieval|enterprise_?web_?search)$/iu;

export function request(match: Metered, body: JsonObject): RequestFacts {
  const { api } = match;
  const generates = hasOutput(api);
  const model = match.model ?? modelOf(body['model']) ?? textOf(body['agent']) ?? '';
  const tools = generates ? itemsOf(field(body, 'tools')).map(objectOf) : [];
  return {
    model,
    stream: api === 'streamGenerateContent' || (api === 'interactions' && body['stream'] === true),
    maxOutputTokens: generates ? maxOutputTokens(body) : 0,
    choices: choices(api, body),
    // An agent takes no limit of its output.
    clampable: generates && textOf(body['agent']) === undefined,
    // Vectors of two embedding models have nothing to do with each other.
    downgradable: generates && isRenamable(match, body),
    tier: tierOf(field(body, 'serviceTier')),
    softInput: softInput(body, tools),
    wantsUsageOption: false,
    hiddenOutput: generates && hidesOutput(model, body),
    webSearches: tools.some(searches) ? mostSearches(model) : 0,
    outputMedia: generates ? outputMedia(body) : undefined,
  };
}

/** `flex`, `priority`, …; the standard one is none. */
export function tierOf(value: unknown): string | undefined {
  const tier = textOf(value)
    ?.toLowerCase()
    .replace(/^service_tier_/u, '');
  return tier === 'unspecified' ? undefined : tier;
}

export function hasOutput(api: string): boolean {
  return api === 'generateContent' || api === 'streamGenerateContent' || api === 'interactions';
}

/** Of thoughts and answer together, for each candidate. A limit of 0 is none. */
function maxOutputTokens(body: JsonObject): number | undefined {
  const given = inConfigs(body, 'maxOutputTokens');
  return given.length > 0 ? Math.max(...given) : undefined;
}

/** Counts above 0, in every spelling that the request has. */
function inConfigs(body: JsonObject, name: string): readonly number[] {
  return spellings(body, 'generationConfig')
    .map((place) => objectOf(body[place]))
    .flatMap((config) => spellings(config, name).flatMap((each) => countIn(config[each]) || []));
}

function choices(api: string, body: JsonObject): number {
  if (!hasOutput(api)) return 1;
  return Math.max(1, ...inConfigs(body, 'candidateCount'));
}

/** The model is named by the path as `models/…`, or by the body. */
function isRenamable({ api, path }: Metered, body: JsonObject): boolean {
  return api === 'interactions' ? textOf(body['model']) !== undefined : path.includes('/models/');
}

/** What is kept by Google, found by its tools, or a file whose content is not to be seen here. */
function softInput(body: JsonObject, tools: readonly JsonObject[]): boolean {
  const kept = ['cachedContent', 'previousInteractionId', 'continuationToken', 'agent'];
  if (kept.some((name) => textOf(field(body, name)) !== undefined)) return true;
  if (tools.some((tool) => toolNames(tool).some((name) => !OWN_TOOLS.test(name)))) return true;
  const places = ['contents', 'systemInstruction', 'input', 'content', 'requests', 'instances'];
  return places.some((name) => hasSoftMedia(field(body, name)));
}

function searches(tool: JsonObject): boolean {
  return toolNames(tool).some((name) => SEARCH_TOOLS.test(name));
}

/** `{ googleSearch: {} }` names its tool by a field, `{ type: 'google_search' }` by its type. */
function toolNames(tool: JsonObject): readonly string[] {
  const type = textOf(tool['type']);
  if (type === undefined) return Object.keys(tool);
  return type === 'function' ? [] : [type];
}

/** Thoughts, pictures and speech: no stream shows them as text, not all of them at least. */
function hidesOutput(model: string, body: JsonObject): boolean {
  // The answer to it comes when it is asked for again.
  if (body['background'] === true || outputMedia(body) !== undefined) return true;
  const config = objectField(body, 'generationConfig');
  return thinks(model, countField(objectField(config, 'thinkingConfig'), 'thinkingBudget'));
}

/** The dearest of what may come: among text a picture counts most by far. */
function outputMedia(body: JsonObject): 'audio' | 'image' | undefined {
  const places = [objectField(body, 'generationConfig'), body];
  const formats = itemsOf(field(body, 'responseFormat')).map((format) => objectOf(format)['type']);
  const modalities = places
    .flatMap((place) => listField(place, 'responseModalities'))
    .concat(formats)
    .map((modality) => String(modality).toUpperCase());
  if (modalities.includes('IMAGE')) return 'image';
  return modalities.includes('AUDIO') ? 'audio' : undefined;
}
