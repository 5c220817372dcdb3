// Searches of the web that the provider runs for a call, and bills one by one.
import { countOf, listOf, objectOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';

/** A model that searches once before each answer, in chat completions. */
export function isSearchModel(model: string | undefined): boolean {
  return /-search-(?:preview|api)(?:-|$)/u.test(model ?? '');
}

/** By the provider's own count, else the calls in the output: of those, only searches are billed. */
export function searchesOf(response: JsonObject): number {
  const billed = objectOf(objectOf(response['tool_usage'])['web_search'])['num_requests'];
  return countOf(billed) ?? listOf(response['output']).filter(isSearch).length;
}

/** To open a page and to look for something in it cost nothing (guide on web search). */
function isSearch(item: unknown): boolean {
  const { type, action } = objectOf(item);
  return type === 'web_search_call' && (objectOf(action)['type'] ?? 'search') === 'search';
}
