// Usage and other facts of a unary Azure OpenAI response.
import { usage as openaiUsage } from '../openai/usage.ts';
import type { ResponseFacts } from '../provider.ts';

/** Answered with status 400, and billed for its input (Azure's guide on costs). */
const FILTERED = 'content_filter';

export function usage(api: string, body: unknown): ResponseFacts {
  const facts = openaiUsage(api, body);
  return facts.errorType === FILTERED ? { ...facts, billsInput: true } : facts;
}
