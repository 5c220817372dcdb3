// Refusals of ill-formed requests for messages.

import { listOf, numberOf, objectOf } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { invalidRequest } from './errors.ts';
import type { FakeAnthropicError } from './reply.ts';

const LEAST_THINKING = 1024;

/** What is wrong first; `undefined` if nothing is. */
export function refusalOf(body: JsonObject): FakeAnthropicError | undefined {
  if (typeof body['model'] !== 'string') {
    return invalidRequest('model: Field required');
  }
  if (listOf(body['messages']).length === 0) {
    return invalidRequest('messages: at least one message is required');
  }
  const most = numberOf(body['max_tokens']);
  if (most === undefined || most < 0) {
    return invalidRequest('max_tokens: Field required, a number from 0 up');
  }
  return thinkingRefusal(objectOf(body['thinking']), most);
}

function thinkingRefusal(thinking: JsonObject, most: number): FakeAnthropicError | undefined {
  if (thinking['type'] !== 'enabled') {
    return undefined;
  }
  const budget = numberOf(thinking['budget_tokens']) ?? 0;
  if (budget < LEAST_THINKING) {
    return invalidRequest(`thinking.budget_tokens: must be ${LEAST_THINKING} or more`);
  }
  return budget < most
    ? undefined
    : invalidRequest('`max_tokens` must be greater than `thinking.budget_tokens`');
}
