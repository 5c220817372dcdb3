// How Groq differs from OpenAI.
import { objectOf } from '../json.ts';
import { type Dialect, TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';

export const DIALECT: Dialect = {
  // Among the content or beside it, unless the request wants neither (guide on reasoning).
  hidesReasoning: (_model, _effort, { body }) =>
    body['reasoning_format'] === 'hidden' || body['include_reasoning'] === false,
  asksForUsage: false,
  templateTokens: TEMPLATE_TOKENS,
  // Newer answers tell the same in both places. In those that are no stream, `x_groq.usage` is about
  // the cache of the hardware.
  reportOf: (body) => body['usage'] ?? objectOf(body['x_groq'])['usage'],
};
