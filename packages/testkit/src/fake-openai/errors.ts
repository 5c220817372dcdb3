// Error bodies as api.openai.com writes them, and the defaults for each status.

import type { FakeError, FakeErrorBody } from './reply.ts';

const DEFAULTS: Readonly<Record<number, FakeErrorBody>> = {
  400: body('invalid_request_error', 'Invalid request.', null),
  401: body(
    'invalid_request_error',
    'Incorrect API key provided: sk-fake. You can find your API key at ' +
      'https://platform.openai.com/account/api-keys.',
    'invalid_api_key',
  ),
  403: body('invalid_request_error', 'You do not have access to this resource.', null),
  404: body(
    'invalid_request_error',
    'The model does not exist or you do not have access to it.',
    'model_not_found',
  ),
  429: body(
    'requests',
    'Rate limit reached on requests per min (RPM): Limit 3, Used 3, Requested 1. ' +
      'Please try again in 20s.',
    'rate_limit_exceeded',
  ),
  500: body(
    'server_error',
    'The server had an error while processing your request. Sorry about that!',
    null,
  ),
  503: body(
    'server_error',
    'The engine is currently overloaded, please try again later',
    'service_unavailable',
  ),
};

/** The recorded error of an account without credit, also sent inside HTTP 200 streams. */
export const INSUFFICIENT_QUOTA: FakeErrorBody = body(
  'insufficient_quota',
  'You exceeded your current quota, please check your plan and billing details. For more ' +
    'information on this error, read the docs: ' +
    'https://platform.openai.com/docs/guides/error-codes/api-errors.',
  'insufficient_quota',
);

/** The JSON reply for an error; what the specification leaves out follows from the status. */
export function errorReply(spec: FakeError): { readonly error: FakeErrorBody } {
  const known = DEFAULTS[spec.status] ?? body('server_error', `HTTP ${spec.status}`, null);
  const { status: _, ...given } = spec;
  return { error: { ...known, ...given } };
}

export function invalidRequest(
  message: string,
  details: { readonly param?: string; readonly code?: string; readonly status?: number } = {},
): FakeError {
  return {
    status: details.status ?? 400,
    message,
    type: 'invalid_request_error',
    param: details.param ?? null,
    code: details.code ?? null,
  };
}

function body(type: string, message: string, code: string | null): FakeErrorBody {
  return { message, type, param: null, code };
}
