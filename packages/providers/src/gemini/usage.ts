// Usage in the words of each of Google's APIs: `usageMetadata`, interactions, embeddings.
import { type Usage, usageOf } from '@spendfuse/core';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';
import { countField, field, listField } from './fields.ts';

/**
 * `promptTokenCount` holds the cached part and no tool results; `candidatesTokenCount` no thoughts.
 * Where thoughts have no field of their own, they are what the total has on top. Undefined: there
 * are no counts; Vertex AI puts such metadata on most chunks of a stream.
 */
export function usageOfMetadata(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const prompt = countField(wire, 'promptTokenCount');
  const candidates = countField(wire, 'candidatesTokenCount');
  const thoughts = countField(wire, 'thoughtsTokenCount');
  const total = countField(wire, 'totalTokenCount');
  if ([prompt, candidates, thoughts, total].every((count) => count === undefined)) return undefined;
  const input = (prompt ?? 0) + (countField(wire, 'toolUsePromptTokenCount') ?? 0);
  const onTop = Math.max(0, (total ?? 0) - input - (candidates ?? 0));
  const inputs = [
    ...listField(wire, 'promptTokensDetails'),
    ...listField(wire, 'toolUsePromptTokensDetails'),
  ];
  const outputs = listField(wire, 'candidatesTokensDetails');
  return inclusive({
    input,
    answer: candidates ?? 0,
    thoughts: thoughts ?? onTop,
    cached: countField(wire, 'cachedContentTokenCount'),
    inputAudio: ofModality(inputs, 'AUDIO'),
    inputImages: ofModality(inputs, 'IMAGE'),
    outputAudio: ofModality(outputs, 'AUDIO'),
    outputImages: ofModality(outputs, 'IMAGE'),
  });
}

/** `usage` of an interaction. Searches are counted there as well. */
export function usageOfInteraction(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const input = countField(wire, 'totalInputTokens');
  const output = countField(wire, 'totalOutputTokens');
  const thoughts = countField(wire, 'totalThoughtTokens');
  if ([input, output, thoughts].every((count) => count === undefined)) return undefined;
  const modality = (name: string, wanted: string): number =>
    ofModality(listField(wire, name), wanted);
  const usage = inclusive({
    input: (input ?? 0) + (countField(wire, 'totalToolUseTokens') ?? 0),
    answer: output ?? 0,
    thoughts: thoughts ?? 0,
    cached: countField(wire, 'totalCachedTokens'),
    inputAudio: modality('inputTokensByModality', 'AUDIO'),
    inputImages: modality('inputTokensByModality', 'IMAGE'),
    outputAudio: modality('outputTokensByModality', 'AUDIO'),
    outputImages: modality('outputTokensByModality', 'IMAGE'),
  });
  return { ...usage, webSearches: groundingSearches(wire) };
}

/** `:predict`: each embedding tells its own; pictures are billed by the piece and use no tokens. */
export function usageOfPredictions(body: JsonObject): Usage | undefined {
  const counts = listOf(body['predictions']).map((prediction) => {
    const { embeddings } = objectOf(prediction);
    if (embeddings === undefined) return 0;
    return countField(objectOf(objectOf(embeddings)['statistics']), 'tokenCount');
  });
  if (counts.length === 0 || counts.includes(undefined)) return undefined;
  return usageOf({ inputTokens: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) });
}

interface Parts {
  readonly input: number;
  readonly answer: number;
  readonly thoughts: number;
  readonly cached: number | undefined;
  readonly inputAudio: number;
  readonly inputImages: number;
  readonly outputAudio: number;
  readonly outputImages: number;
}

/** A part above its whole is cut: a wrong detail must not lose the total. */
function inclusive(parts: Parts): Usage {
  const { input, answer, thoughts } = parts;
  return usageOf({
    inputTokens: input,
    outputTokens: answer + thoughts,
    cacheReadTokens: Math.min(parts.cached ?? 0, input),
    reasoningTokens: thoughts,
    inputAudioTokens: Math.min(parts.inputAudio, input),
    inputImageTokens: Math.min(parts.inputImages, input - Math.min(parts.inputAudio, input)),
    outputAudioTokens: Math.min(parts.outputAudio, answer),
    outputImageTokens: Math.min(parts.outputImages, answer - Math.min(parts.outputAudio, answer)),
  });
}

/** `[{ modality: 'AUDIO', tokenCount }]`, or `[{ modality: 'audio', tokens }]`. */
function ofModality(details: readonly unknown[], wanted: string): number {
  if (details.length === 0) return 0;
  return details.map(objectOf).reduce((sum, detail) => {
    if (textOf(detail['modality'])?.toUpperCase() !== wanted) return sum;
    return sum + (countField(detail, 'tokenCount') ?? countField(detail, 'tokens') ?? 0);
  }, 0);
}

/** `grounding_tool_count: [{ type: 'google_search', count }]`. */
function groundingSearches(wire: JsonObject): number {
  return listField(wire, 'groundingToolCount')
    .map(objectOf)
    .filter((each) => String(field(each, 'type')).includes('search'))
    .reduce((sum, each) => sum + (countField(each, 'count') ?? 0), 0);
}
