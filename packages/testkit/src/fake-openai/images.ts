// POST /v1/images/…: as many images as are asked for, and what they cost in tokens.

import { firstOf, needs, needsModel } from './checks.ts';
import type { Ask } from '../fake-provider/generate.ts';
import { isObject, listOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Context, Operation } from './operation.ts';
import type { Frame } from '../fake-provider/sse.ts';
import { promptTokens } from '../fake-provider/text.ts';

/** The smallest PNG there is: one transparent pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Of an image of 1024 × 1024 that comes out, by quality. */
const OUTPUT_TOKENS: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160 };
const PARTIAL_TOKENS = 100;
/** Of one that goes in: two tiles. */
const INPUT_IMAGE_TOKENS = 65 + 2 * 129;
const BY_THE_IMAGE = /^dall-e/;

export const imageGenerations = operationAt('/v1/images/generations', 'image_generation');
export const imageEdits = operationAt('/v1/images/edits', 'image_edit');
export const imageVariations: Operation = {
  ...operationAt('/v1/images/variations', 'image_generation'),
  check: (body) => needs(body, 'image'),
};

function operationAt(path: string, event: string): Operation {
  return {
    path,
    reportsCache: false,
    check: (body) => firstOf(needsModel(body), needs(body, 'prompt')),
    ask,
    outputTokens,
    whole,
    stream: {
      frames: (context) => frames(context, event),
      failure: (_context, { error }) => [
        { event: 'error', data: { type: 'error', error }, tokens: 0 },
      ],
      terminator: '',
    },
  };
}

function ask(body: JsonObject): Ask {
  const images = Number(body['n'] ?? 1);
  const inputTokens = isByTheImage(body) ? 0 : textTokens(body) + imageTokens(body);
  return {
    inputTokens,
    choices: images,
    attempts: images,
    maxOutputTokens: undefined,
    schema: undefined,
    tool: undefined,
  };
}

/** An image that is billed as such is one token. */
function outputTokens(body: JsonObject): number {
  if (isByTheImage(body)) {
    return 1;
  }
  const tokens = OUTPUT_TOKENS[stringOf(body['quality']) ?? 'high'] ?? OUTPUT_TOKENS['high'] ?? 0;
  return tokens + partials(body) * PARTIAL_TOKENS;
}

function isByTheImage(body: JsonObject): boolean {
  return BY_THE_IMAGE.test(stringOf(body['model']) ?? 'dall-e-2');
}

function partials(body: JsonObject): number {
  return String(body['stream']) === 'true' ? Number(body['partial_images'] ?? 0) : 0;
}

function textTokens(body: JsonObject): number {
  return promptTokens([stringOf(body['prompt']) ?? ''], 3);
}

function imageTokens(body: JsonObject): number {
  const images = [body['image'], body['image[]'], body['mask']].flatMap((value) =>
    Array.isArray(value) ? listOf(value) : [value],
  );
  return images.filter(isObject).length * INPUT_IMAGE_TOKENS;
}

function whole(context: Context): unknown {
  const { body, createdS, generation } = context;
  const data = generation.choices.map(() => ({ b64_json: PIXEL }));
  if (isByTheImage(body)) {
    return { created: createdS, data };
  }
  return {
    created: createdS,
    background: 'opaque',
    data,
    output_format: 'png',
    quality: body['quality'] ?? 'high',
    size: '1024x1024',
    usage: usageBody(context),
  };
}

function usageBody({ body, generation }: Context): unknown {
  const { inputTokens, outputTokens: made } = generation.usage;
  const image_tokens = Math.min(inputTokens, imageTokens(body));
  return {
    input_tokens: inputTokens,
    input_tokens_details: { image_tokens, text_tokens: inputTokens - image_tokens },
    output_tokens: made,
    total_tokens: inputTokens + made,
  };
}

function frames(context: Context, event: string): readonly Frame[] {
  const { body, createdS, generation } = context;
  const common = { b64_json: PIXEL, created_at: createdS, output_format: 'png' };
  const sent = Array.from({ length: partials(body) }, (_, index) => ({
    event: `${event}.partial_image`,
    data: { type: `${event}.partial_image`, partial_image_index: index, ...common },
    tokens: PARTIAL_TOKENS,
  }));
  const tokens = generation.usage.outputTokens - sent.length * PARTIAL_TOKENS;
  const type = `${event}.completed`;
  const data = { type, ...common, usage: usageBody(context) };
  return [...sent, { event: type, data, tokens }];
}
