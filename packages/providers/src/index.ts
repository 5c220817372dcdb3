// What each LLM API looks like on the wire, as pure functions and data.
export { anthropic } from './anthropic/index.ts';
export { azureOpenai } from './azure-openai/index.ts';
export { gemini } from './gemini/index.ts';
export { openai } from './openai/index.ts';
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
export { vertex } from './vertex/index.ts';
