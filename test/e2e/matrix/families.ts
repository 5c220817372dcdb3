// All families of SDKs, in the order of the documents.
import type { Family, Sdk } from './family.ts';
import { family as anthropic } from './families/anthropic.ts';
import { family as azure } from './families/azure.ts';
import { family as bedrock } from './families/bedrock.ts';
import { family as cohere } from './families/cohere.ts';
import { family as gemini } from './families/gemini.ts';
import { family as groq } from './families/groq.ts';
import { family as mistral } from './families/mistral.ts';
import { family as ollama } from './families/ollama.ts';
import { family as openai } from './families/openai.ts';
import { family as vertex } from './families/vertex.ts';

/** By the names of their files. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  openai,
  azure,
  anthropic,
  gemini,
  vertex,
  bedrock,
  mistral,
  cohere,
  groq,
  ollama,
};

export interface Tried {
  /** Its name. */
  readonly file: string;
  readonly family: Family;
  readonly sdk: Sdk;
}

export const TRIED: readonly Tried[] = Object.entries(FAMILIES).flatMap(([file, family]) =>
  family.sdks.map((sdk) => ({ file, family, sdk })),
);
