// What each LLM API looks like on the wire, as pure functions and data.
export { alibaba } from './alibaba/index.ts';
export { anthropic } from './anthropic/index.ts';
export { azureOpenai } from './azure-openai/index.ts';
export { bedrock } from './bedrock/index.ts';
export { cohere } from './cohere/index.ts';
export { deepseek } from './deepseek/index.ts';
export { fireworks } from './fireworks/index.ts';
export { gemini } from './gemini/index.ts';
export { groq } from './groq/index.ts';
export { lmstudio } from './lmstudio/index.ts';
export { mistral } from './mistral/index.ts';
export { moonshot } from './moonshot/index.ts';
export { ollama, ollamaCloud } from './ollama/index.ts';
export { openaiCompatible } from './openai-compatible/index.ts';
export { openai } from './openai/index.ts';
export { openrouter } from './openrouter/index.ts';
export { perplexity } from './perplexity/index.ts';
export type {
  CountableInput,
  EventFacts,
  JsonObject,
  Match,
  Metered,
  ModelUsage,
  Provider,
  RequestChange,
  RequestFacts,
  ResponseFacts,
  ResponseHeaders,
  Rewritten,
  StreamEvent,
  StreamFacts,
  StreamReader,
  Target,
} from './provider.ts';
export { providers } from './registry.ts';
export { together } from './together/index.ts';
export { vertex } from './vertex/index.ts';
export { vllm } from './vllm/index.ts';
export { voyage } from './voyage/index.ts';
export { xai } from './xai/index.ts';
