// The Images API: what a generation or an edit asks for, takes in, can make at most, and reports.
import type { Usage } from '@spendfuse/core';
import { textOf } from '../json.ts';
import { maxTokensOf } from '../openai-compatible/bound.ts';
import { maxImageTokens } from '../openai-compatible/image-input.ts';
import { usageOfWire } from '../openai-compatible/usage.ts';
import type { CountableInput, JsonObject, Metered, RequestFacts } from '../provider.ts';
import { filesOf, isTrue, numberOf } from './form.ts';
import { type AskedImage, maxTokensOfImage } from './image-output.ts';

export function isImages(api: string): boolean {
  return api.startsWith('images.');
}

/** DALL·E is billed by the image, so that an image is what is counted: one token of output each. */
const BY_THE_IMAGE = /^dall-e/u;

export function imageRequest({ api }: Metered, body: JsonObject): RequestFacts {
  const model = modelOf(api, body);
  const stream = isTrue(body['stream']);
  return {
    model,
    stream,
    maxOutputTokens: BY_THE_IMAGE.test(model) ? 1 : maxTokensOfImage(askedImage(model, body)),
    choices: Math.max(1, numberOf(body['n']) ?? 1),
    clampable: false,
    // Each model counts in its own way, and takes other parameters.
    downgradable: false,
    tier: undefined,
    softInput: false,
    wantsUsageOption: false,
    hiddenOutput: !BY_THE_IMAGE.test(model),
    webSearches: 0,
    outputMedia: 'image',
  };
}

/** Variations know one model only. */
function modelOf(api: string, body: JsonObject): string {
  return textOf(body['model']) ?? (api === 'images.variations' ? 'dall-e-2' : '');
}

function askedImage(model: string, body: JsonObject): AskedImage {
  return {
    model,
    size: textOf(body['size']),
    quality: textOf(body['quality']),
    partialImages: isTrue(body['stream']) ? (numberOf(body['partial_images']) ?? 0) : 0,
    frames: body['output_format'] === 'gif' ? (numberOf(body['frame_count']) ?? DEFAULT_FRAMES) : 1,
  };
}

/** API reference. */
const DEFAULT_FRAMES = 9;
/** Around the prompt; and what each image adds to the text, 16 to 40 tokens where it was measured. */
const FRAMING = 16;
const IMAGE_FRAMING = 64;

/** Tiled: 65 and 129 for each 512 px, of an image whose shortest side is made 512 px (guide). */
const TILED = /^(?:gpt-image-1|chatgpt-image)/u;
const TILED_MOST = 65 + 4 * 129;
/** What `input_fidelity: high` adds at most: 4,160 for a square, else 6,240 (guide). */
const HIGH_FIDELITY = 6_240;

export function imageBound({ api }: Metered, body: JsonObject): CountableInput {
  const model = modelOf(api, body);
  if (BY_THE_IMAGE.test(model)) return { texts: [], extraTokens: 0, maxTokens: 0 };
  const fidelity = body['input_fidelity'] === 'high' ? HIGH_FIDELITY : 0;
  const most = TILED.test(model)
    ? TILED_MOST + fidelity
    : maxImageTokens({ model, detail: undefined });
  const images = filesOf(body, ['image', 'mask']).length + referencesOf(body);
  const texts = [textOf(body['prompt']) ?? ''].filter((text) => text !== '');
  const extraTokens = FRAMING + images * (most + IMAGE_FRAMING);
  const maxTokens = maxTokensOf(texts, extraTokens);
  return { texts, extraTokens, maxTokens, imageTokens: images * most };
}

/** Images of an edit that is sent as JSON: files or addresses are named in it. */
function referencesOf(body: JsonObject): number {
  const { images, mask } = body;
  const isReference = mask !== undefined && filesOf({ mask }, ['mask']).length === 0;
  return (Array.isArray(images) ? images.length : 0) + (isReference ? 1 : 0);
}

/** All output is images, unless the report says how much of it is text. */
export function imageUsage(wire: unknown): Usage | undefined {
  const usage = usageOfWire(wire);
  if (!usage) return undefined;
  return { ...usage, outputImageTokens: usage.outputImageTokens || usage.outputTokens };
}
