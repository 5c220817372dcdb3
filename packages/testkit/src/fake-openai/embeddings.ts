// POST /v1/embeddings: unit vectors that follow from the input, as floats or base64.

import { createHash } from 'node:crypto';
import { firstOf, needs, needsModel } from './checks.ts';
import { inputsOf, inputTokensOf } from './completions.ts';
import { numberOf } from '../json.ts';
import type { Context, Operation } from './operation.ts';

const DIMENSIONS: Readonly<Record<string, number>> = { 'text-embedding-3-large': 3072 };
const DEFAULT_DIMENSIONS = 1536;

export const embeddings: Operation = {
  path: '/v1/embeddings',
  reportsCache: false,
  check: (body) => firstOf(needsModel(body), needs(body, 'input')),
  ask: (body) => ({
    inputTokens: inputTokensOf(inputsOf(body['input'])),
    choices: 0,
    attempts: 0,
    maxOutputTokens: undefined,
    schema: undefined,
    tool: undefined,
  }),
  whole,
};

function whole(context: Context): unknown {
  const { body, generation, model } = context;
  const dimensions = numberOf(body['dimensions']) ?? DIMENSIONS[model] ?? DEFAULT_DIMENSIONS;
  const base64 = body['encoding_format'] === 'base64';
  const tokens = generation.usage.inputTokens;
  return {
    object: 'list',
    data: inputsOf(body['input']).map((input, index) => {
      const vector = unitVector(JSON.stringify(input), dimensions);
      const embedding = base64 ? Buffer.from(vector.buffer).toString('base64') : [...vector];
      return { object: 'embedding', index, embedding };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function unitVector(seed: string, dimensions: number): Float32Array {
  const bytes = createHash('shake256', { outputLength: dimensions }).update(seed).digest();
  const vector = Float32Array.from(bytes, (byte) => byte - 127.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
