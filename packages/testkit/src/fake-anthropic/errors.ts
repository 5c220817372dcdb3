// Error bodies as api.anthropic.com writes them, and the defaults for each status.

import type { FakeAnthropicError } from './reply.ts';

interface ErrorBody {
  readonly type: string;
  readonly message: string;
}

const DEFAULTS: Readonly<Record<number, ErrorBody>> = {
  400: { type: 'invalid_request_error', message: 'Invalid request.' },
  401: { type: 'authentication_error', message: 'invalid x-api-key' },
  403: { type: 'permission_error', message: 'No permission to use this resource.' },
  404: { type: 'not_found_error', message: 'Not found.' },
  429: { type: 'rate_limit_error', message: 'More requests than the rate limit allows.' },
  500: { type: 'api_error', message: 'Internal server error' },
  529: { type: 'overloaded_error', message: 'Overloaded' },
};

/** What the body of an error reply and the data of an error event hold. */
export function errorReply(spec: FakeAnthropicError): {
  readonly type: 'error';
  readonly error: ErrorBody;
} {
  const known = DEFAULTS[spec.status] ?? { type: 'api_error', message: `HTTP ${spec.status}` };
  const { type = known.type, message = known.message } = spec;
  return { type: 'error', error: { type, message } };
}

export function invalidRequest(message: string): FakeAnthropicError {
  return { status: 400, type: 'invalid_request_error', message };
}
