// One way to be asked on this wire: what a request wants, and how an answer is written down.
import type { Ask, Generation } from '../fake-provider/generate.ts';
import type { JsonObject } from '../json.ts';
import type { FakeBedrockAnswer, FakeBedrockError } from './reply.ts';

export interface Context {
  readonly body: JsonObject;
  /** Makes ids; unique per call. */
  readonly seed: string;
  /** As in the path, decoded. */
  readonly model: string;
  readonly generation: Generation;
  readonly answer: FakeBedrockAnswer;
  readonly tokens: Tokens;
}

/** As Bedrock counts: parts of the input stand side by side. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
}

/** A frame of a stream before it is encoded, and the output tokens that are made with it. */
export interface Event {
  readonly type: string;
  readonly payload: JsonObject;
  readonly tokens: number;
}

export interface Operation {
  readonly check: (body: JsonObject) => FakeBedrockError | undefined;
  readonly ask: (body: JsonObject) => Ask;
  readonly whole: (context: Context) => JsonObject;
  /** Of a stream; absent where there is none. */
  readonly events?: (context: Context) => readonly Event[];
  /** Whether a whole answer comes with the headers that count it. */
  readonly countsInHeaders: boolean;
}

export const BLOCKED = 'Sorry, the model cannot answer this question.';

/** A trace holds counts too, which are not those of the model. */
export function guardrailTrace(): JsonObject {
  const usage = { topicPolicyUnits: 1, contentPolicyUnits: 1, inputTokens: 999 };
  const metrics = { guardrailProcessingLatency: 7, usage };
  return { guardrail: { inputAssessment: { gr1: { invocationMetrics: metrics } } } };
}
