// `:embedContent`, `:batchEmbedContents`, Vertex AI's `:predict`: vectors that follow from the input.
import { createHash } from 'node:crypto';
import type { Ask } from '../fake-provider/generate.ts';
import { promptTokens } from '../fake-provider/text.ts';
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from '../json.ts';
import { textOfPart } from './content.ts';
import type { Context, Operation } from './operation.ts';

const DIMENSIONS = 8;

export const embedContent: Operation = embedding({
  textsOf: (body) => [textOfContent(body['content'])],
  write: (context, [vector]) => ({ embedding: vector, usageMetadata: counts(context) }),
});

export const batchEmbedContents: Operation = embedding({
  textsOf: (body) =>
    listOf(body['requests']).map((each) => textOfContent(objectOf(each)['content'])),
  write: (context, embeddings) => ({ embeddings, usageMetadata: counts(context) }),
});

export const predict: Operation = embedding({
  textsOf: (body) =>
    listOf(body['instances']).map((each) => stringOf(objectOf(each)['content']) ?? ''),
  write: (_, vectors, texts) => ({
    predictions: vectors.map((vector, index) => ({
      embeddings: {
        ...vector,
        statistics: { token_count: promptTokens([texts[index] ?? ''], 0), truncated: false },
      },
    })),
  }),
});

interface Vector {
  readonly values: readonly number[];
}

interface Embedding {
  readonly textsOf: (body: JsonObject) => readonly string[];
  readonly write: (
    context: Context,
    vectors: readonly Vector[],
    texts: readonly string[],
  ) => unknown;
}

function embedding({ textsOf, write }: Embedding): Operation {
  return {
    check: () => undefined,
    ask: (body): Ask => ({
      inputTokens: promptTokens(textsOf(body), 0),
      choices: 0,
      attempts: 0,
      maxOutputTokens: undefined,
      schema: undefined,
      tool: undefined,
    }),
    whole: (context) => {
      const texts = textsOf(context.body);
      const size = numberOf(context.body['outputDimensionality']) ?? DIMENSIONS;
      return write(
        context,
        texts.map((text) => vectorOf(text, size)),
        texts,
      );
    },
    terminator: '',
  };
}

function counts({ generation }: Context): unknown {
  const { inputTokens } = generation.usage;
  return { promptTokenCount: inputTokens, totalTokenCount: inputTokens };
}

function textOfContent(content: unknown): string {
  return listOf(objectOf(content)['parts']).map(textOfPart).join('');
}

function vectorOf(text: string, size: number): Vector {
  const bytes = createHash('shake256', { outputLength: size }).update(text).digest();
  return { values: Array.from(bytes, (byte) => (byte - 127.5) / 128) };
}
