// What has become of a call, as far as its bill goes: pure decisions on errors, statuses and facts.
import type { Usage } from '@spendfuse/core';
import type { ResponseFacts, StreamFacts } from '@spendfuse/providers';

/**
 * - `reported`: the provider says what it bills.
 * - `unbilled`: nothing was billed; `sent` says whether the request went out.
 * - `unknown`: it may have been billed; the best bound is charged.
 */
export type Outcome =
  | { readonly kind: 'reported'; readonly usage: Usage }
  | { readonly kind: 'unbilled'; readonly sent: boolean }
  | { readonly kind: 'unknown' };

const UNKNOWN: Outcome = { kind: 'unknown' };

/** Answers of gateways that gave up waiting: the model may have run all the same. */
const TIMEOUTS: ReadonlySet<number> = new Set([408, 499, 504, 524]);

export function outcomeOfResponse({
  status,
  facts,
  isWhole,
}: {
  readonly status: number;
  readonly facts: ResponseFacts | StreamFacts;
  /** The response came to its end. */
  readonly isWhole: boolean;
}): Outcome {
  // What a stream has reported before it was cut is only the beginning of it.
  const isFinal = isWhole || !('isUsageFinal' in facts) || facts.isUsageFinal;
  if (facts.usage && isFinal) return { kind: 'reported', usage: facts.usage };
  if (status >= 400) return TIMEOUTS.has(status) ? UNKNOWN : { kind: 'unbilled', sent: true };
  // An error event before any output in a 200 stream is an error answer in other clothes.
  const isRefusal = facts.errorType !== undefined && 'outputEvents' in facts;
  return isRefusal && facts.outputEvents === 0 ? { kind: 'unbilled', sent: true } : UNKNOWN;
}

/** Connecting is where these fail, so nothing has been sent. */
const CONNECT_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const CONNECT_SYSCALLS: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);

/** `fetch` has thrown; its error tells by `cause` whether a connection was ever there. */
export function outcomeOfThrown(thrown: unknown): Outcome {
  return isConnectFailure(thrown, 0) ? { kind: 'unbilled', sent: false } : UNKNOWN;
}

function isConnectFailure(thrown: unknown, depth: number): boolean {
  if (typeof thrown !== 'object' || thrown === null || depth > 4) return false;
  const { code, syscall, errors, cause } = thrown as Readonly<Record<string, unknown>>;
  if (CONNECT_CODES.has(code) || CONNECT_SYSCALLS.has(syscall)) return true;
  // One error for each address that was tried.
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.every((error) => isConnectFailure(error, depth + 1));
  }
  return isConnectFailure(cause, depth + 1);
}

/** Low-cardinality name of what was thrown, for `error.type`. */
export function errorTypeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '_OTHER';
  const { cause, name } = thrown as { readonly cause?: unknown; readonly name?: unknown };
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : '_OTHER';
}
