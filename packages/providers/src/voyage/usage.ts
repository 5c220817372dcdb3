// Usage and other facts of a Voyage response: all tokens are input, those of images among them.
import { usageOf } from '@spendfuse/core';
import { countOf, objectOf, textOf } from '../json.ts';
import type { ResponseFacts } from '../provider.ts';
import { PIXELS_PER_TOKEN } from './bound.ts';

export function usage(_: string, body: unknown): ResponseFacts {
  const { usage: report, model, detail } = objectOf(body);
  const wire = objectOf(report);
  const inputTokens = countOf(wire['total_tokens']);
  const pixels = (countOf(wire['image_pixels']) ?? 0) + (countOf(wire['video_pixels']) ?? 0);
  const inputImageTokens = Math.min(Math.ceil(pixels / PIXELS_PER_TOKEN), inputTokens ?? 0);
  return {
    usage: inputTokens === undefined ? undefined : usageOf({ inputTokens, inputImageTokens }),
    id: undefined,
    model: textOf(model),
    tier: undefined,
    finishReasons: [],
    errorType: detail === undefined ? undefined : 'error',
  };
}
