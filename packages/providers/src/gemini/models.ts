// What differs between the models of Google, as far as the metering of their calls goes.
import { textOf } from '../json.ts';

/** These answer without thinking first; every other model may think, and not show all of it. */
const NEVER_THINKS = /^(?:gemini-1\.|gemini-2\.0-(?!.*thinking)|gemma-[123]|learnlm-(?:1|2\.0))/u;
/** With a thinking budget of 0 these do not think; the others think all the same, or refuse. */
const CAN_STOP_THINKING = /^gemini-2\.5-flash/u;
/** A search is billed by the prompt that was grounded; from Gemini 3 on by the query. */
const PAYS_BY_PROMPT = /^gemini-(?:1\.|2\.)/u;
/** Images are cut into tiles of 258 tokens; from Gemini 3 on they have a number of their own. */
const TILES_IMAGES = /^(?:gemini-(?:1\.|2\.)|gemma-|learnlm-)/u;

/** Nothing is published: more than any recorded call has run. */
const MOST_QUERIES = 10;

/** The name of a model as it is sold: `gemini-…` for `models/gemini-…`. */
export function modelOf(value: unknown): string | undefined {
  return textOf(value)?.replace(/^(?:publishers\/google\/)?models\//u, '');
}

/** Without the folder that some APIs name it with: `models/gemini-…`, `google/gemini-…`. */
function bareModel(model: string): string {
  return model.replace(/^.*\//u, '');
}

/** `thinkingBudget` as asked for. */
export function thinks(model: string, thinkingBudget: number | undefined): boolean {
  const name = bareModel(model);
  if (NEVER_THINKS.test(name)) return false;
  return !(thinkingBudget === 0 && CAN_STOP_THINKING.test(name));
}

/** The most searches that a call with a search tool is billed for. */
export function mostSearches(model: string): number {
  return PAYS_BY_PROMPT.test(bareModel(model)) ? 1 : MOST_QUERIES;
}

/** `queries`: how many different ones were run. */
export function billedSearches(model: string, queries: number): number {
  return PAYS_BY_PROMPT.test(bareModel(model)) ? Math.min(1, queries) : queries;
}

/**
 * The most tokens one image can cost. Tiles: an image is scaled to 3,072 pixels at most, and cut
 * into squares of 256 to 768 pixels, two thirds of the shorter side: 12 × 2 of them at worst. From
 * Gemini 3 on: the highest media resolution. (Guides on tokens and on media resolution.)
 */
export function maxImageTokens(model: string): number {
  return TILES_IMAGES.test(bareModel(model)) ? 24 * 258 : 2_240;
}
