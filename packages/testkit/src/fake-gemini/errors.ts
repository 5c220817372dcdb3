// Error bodies as Google's APIs write them, and the defaults for each status.
import type { FakeGeminiError } from './reply.ts';

const DEFAULTS: ReadonlyMap<number, readonly [reason: string, message: string]> = new Map([
  [400, ['INVALID_ARGUMENT', 'Request contains an invalid argument.']],
  [401, ['UNAUTHENTICATED', 'The request lacks valid authentication credentials.']],
  [403, ['PERMISSION_DENIED', 'The caller does not have permission.']],
  [404, ['NOT_FOUND', 'The model is not found, or not supported for this method.']],
  [429, ['RESOURCE_EXHAUSTED', 'You exceeded your current quota.']],
  [499, ['CANCELLED', 'The operation was cancelled.']],
  [500, ['INTERNAL', 'An internal error has occurred.']],
  [503, ['UNAVAILABLE', 'The model is overloaded. Please try again later.']],
  [504, ['DEADLINE_EXCEEDED', 'The request timed out.']],
]);

const RETRY_INFO = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.02s' };

export const OVERLOADED: FakeGeminiError = { status: 503 };

export function errorBody({ status, message, reason, details }: FakeGeminiError): unknown {
  const [word, text] = DEFAULTS.get(status) ?? ['UNKNOWN', `HTTP ${status}`];
  const told = details ?? (status === 429 ? [RETRY_INFO] : undefined);
  const error = { code: status, message: message ?? text, status: reason ?? word };
  return { error: told === undefined ? error : { ...error, details: told } };
}

export function invalidArgument(message: string): FakeGeminiError {
  return { status: 400, message };
}
