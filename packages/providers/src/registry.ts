// The providers there are: one line each.
import { alibaba } from './alibaba/index.ts';
import { anthropic } from './anthropic/index.ts';
import { azureOpenai } from './azure-openai/index.ts';
import { bedrock } from './bedrock/index.ts';
import { cohere } from './cohere/index.ts';
import { deepseek } from './deepseek/index.ts';
import { fireworks } from './fireworks/index.ts';
import { gemini } from './gemini/index.ts';
import { groq } from './groq/index.ts';
import { lmstudio } from './lmstudio/index.ts';
import { mistral } from './mistral/index.ts';
import { moonshot } from './moonshot/index.ts';
import { ollama, ollamaCloud } from './ollama/index.ts';
import { openaiCompatible } from './openai-compatible/index.ts';
import { openai } from './openai/index.ts';
import { openrouter } from './openrouter/index.ts';
import { perplexity } from './perplexity/index.ts';
import type { Provider } from './provider.ts';
import { together } from './together/index.ts';
import { vertex } from './vertex/index.ts';
import { vllm } from './vllm/index.ts';
import { voyage } from './voyage/index.ts';
import { xai } from './xai/index.ts';

export const providers: readonly Provider[] = [
  openai,
  azureOpenai,
  anthropic,
  gemini,
  vertex,
  bedrock,
  groq,
  deepseek,
  xai,
  perplexity,
  openrouter,
  together,
  fireworks,
  moonshot,
  alibaba,
  mistral,
  cohere,
  voyage,
  ollama,
  ollamaCloud,
  vllm,
  lmstudio,
  openaiCompatible,
];
