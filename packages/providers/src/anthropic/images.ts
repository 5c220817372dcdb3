// The tokens of an image, by its size where the request shows it and else the most of its model.
import { objectOf, textOf } from '../json.ts';
import { maxImageTokens } from '../openai-compatible/image-input.ts';
import type { JsonObject } from '../provider.ts';
import { imageSize } from './image-size.ts';

/**
 * Images are scaled down to so many tokens at most: Claude 4.7 and later take more than the models
 * before (https://platform.claude.com/docs/en/build-with-claude/vision; 1,600 in its older editions).
 */
const MOST = 4_784;
const MOST_BEFORE = 1_600;
const BEFORE = /claude-(?:3|(?:opus|sonnet|haiku)-4(?!-[7-9]))/u;

/** Other models that speak this API: the dearest there is. */
const MOST_OF_OTHERS = maxImageTokens({ model: '', detail: undefined });

/** Pixels of a patch's edge; each patch is a token. */
const PATCH = 28;
/** By the older rule, of an image. */
const PIXELS_PER_TOKEN = 750;

export function mostImageTokens(model: string): number {
  return BEFORE.test(model) ? MOST_BEFORE : MOST;
}

/** Never less than the image costs: the larger figure of both published rules, up to the most. */
export function imageTokens(model: string, source: unknown): number {
  if (!model.includes('claude')) return MOST_OF_OTHERS;
  const most = mostImageTokens(model);
  const size = sizeOf(objectOf(source));
  if (!size) return most;
  const patches = Math.ceil(size.width / PATCH) * Math.ceil(size.height / PATCH);
  const byPixels = Math.ceil((size.width * size.height) / PIXELS_PER_TOKEN);
  return Math.min(most, Math.max(1, patches, byPixels));
}

function sizeOf(source: JsonObject): ReturnType<typeof imageSize> {
  const data = source['type'] === 'base64' ? textOf(source['data']) : undefined;
  return data === undefined ? undefined : imageSize(data);
}
