// What has become of a call, as far as its bill goes: pure decisions on errors, statuses and facts.
import { checkUsage, type Usage } from '@spendfuse/core';
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
  if (facts.usage && isOfAll(facts, isWhole)) return { kind: 'reported', usage: facts.usage };
  if (status >= 400) {
    const mayBill = TIMEOUTS.has(status) || facts.billsInput === true;
    return mayBill ? UNKNOWN : { kind: 'unbilled', sent: true };
  }
  return isRefusal(facts) ? { kind: 'unbilled', sent: true } : UNKNOWN;
}

/** Whether a report is of the whole call, and not only of the beginning of a stream. */
function isOfAll(facts: ResponseFacts | StreamFacts, isWhole: boolean): boolean {
  if (facts.lacksInput) return false;
  if (!('isUsageFinal' in facts)) return true;
  return facts.uncountedEvents === 0 && (isWhole || facts.isUsageFinal);
}

/** An error that comes with status 200 and before any output is an error answer in other clothes. */
function isRefusal(facts: ResponseFacts | StreamFacts): boolean {
  if (facts.errorType === undefined || facts.usage || facts.billsInput) return false;
  return 'outputEvents' in facts ? facts.outputEvents === 0 : facts.finishReasons.length === 0;
}

/** Without a report that no ledger could take: counts beyond any counter, parts above their whole. */
export function countableFacts<F extends ResponseFacts>(facts: F): F {
  if (!facts.usage) return facts;
  try {
    checkUsage(facts.usage);
    return facts;
  } catch {
    return { ...facts, usage: undefined };
  }
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

/** The caller wanted it. */
export const ABORTED = 'aborted';

/** Low-cardinality name of what was thrown, for `error.type`. */
export function errorTypeOf(thrown: unknown, signal?: AbortSignal): string {
  if (nameOf(thrown) === 'TimeoutError' || nameOf(signal?.reason) === 'TimeoutError') {
    return 'timeout';
  }
  if (signal?.aborted || nameOf(thrown) === 'AbortError') return ABORTED;
  const { cause } = Object(thrown) as { readonly cause?: unknown };
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : (nameOf(thrown) ?? '_OTHER');
}

function nameOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { name } = thrown as { readonly name?: unknown };
  return typeof name === 'string' ? name : undefined;
}
