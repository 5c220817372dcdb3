// What each LLM API looks like on the wire, as pure functions and data.
export { openai } from './openai/index.ts';
export type {
  CountableInput,
  EventFacts,
  JsonObject,
  Match,
  Metered,
  Provider,
  RequestChange,
  RequestFacts,
  ResponseFacts,
  Rewritten,
  StreamEvent,
  StreamFacts,
  StreamReader,
  Target,
} from './provider.ts';
export { providers } from './registry.ts';
