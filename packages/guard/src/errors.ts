// The error a caller sees instead of an LLM call: which budget, why, and when to try again.
import {
  type Call,
  type Denied,
  type DenialReason,
  formatUsd,
  type Labels,
  type Refusal,
  type Unit,
} from '@spendfuse/core';

/** Told apart by brand, because the application and the preload may hold different copies of this class. */
const BRAND = Symbol.for('spendfuse.BudgetExceededError');

export interface BudgetExceededOptions extends ErrorOptions {
  /** What was refused. */
  readonly call?: Pick<Call, 'provider' | 'model'> | undefined;
  readonly isCut?: boolean | undefined;
}

/**
 * A budget refused the call, and the provider was not called; or (`isCut`) it refused a stream more
 * output than is held for it, and the stream ended there. SDKs may wrap it: find it with
 * `BudgetExceededError.from(error)`.
 */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly reason: DenialReason;
  /** Every limit that refused, the headline first. Amounts are nano-USD for `cost`, else counts. */
  readonly refusals: readonly Refusal[];
  /** When the budget has room again, in ms since the epoch; undefined where time alone does not help. */
  readonly resetAtMs: number | undefined;
  /** After how long a retry can help; undefined where it cannot. */
  readonly retryAfterMs: number | undefined;
  /** The answer was under way: what came of it is spent, and the rest will not come. */
  readonly isCut: boolean;
  /** Payment Required. Frameworks that read a status of HTTP do not try such a call again. */
  readonly status = 402;

  constructor(denied: Denied, options: BudgetExceededOptions = {}) {
    const { isCut = false, call, ...rest } = options;
    super((isCut ? 'The stream was cut: ' : '') + messageOf(denied, { ...rest, call }), rest);
    this.isCut = isCut;
    this.reason = denied.reason;
    this.refusals = denied.refusals;
    this.resetAtMs = denied.resetAtMs;
    this.retryAfterMs = denied.retryAfterMs;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The refusal behind whatever was thrown, in any depth; undefined if there is none. */
  static from(thrown: unknown): BudgetExceededError | undefined {
    const found = [thrown];
    const seen = new Set<unknown>();
    // What an error wraps is looked at after those beside it, so the nearest refusal is the answer.
    for (const at of found) {
      if (typeof at !== 'object' || at === null || seen.has(at)) continue;
      if (BRAND in at) return at as unknown as BudgetExceededError;
      seen.add(at);
      found.push(...wrappedBy(at));
    }
    return undefined;
  }
}

/** As SDKs and frameworks keep what they wrap: the last attempt, all of them, a tool's, a body. */
interface Wrapping {
  readonly cause?: unknown;
  readonly lastError?: unknown;
  readonly error?: unknown;
  readonly errors?: unknown;
  readonly body?: unknown;
}

function wrappedBy({ cause, lastError, error, errors, body }: Wrapping): readonly unknown[] {
  return [cause, lastError, error, ...(Array.isArray(errors) ? (errors as unknown[]) : []), body];
}

function messageOf(
  { reason, refusals, resetAtMs, retryAfterMs }: Denied,
  { cause, call }: BudgetExceededOptions,
): string {
  const refusal = refusals[0];
  if (!refusal) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    return `No budget decision could be had for this call, so it is refused${why}`;
  }
  const resets = resetAtMs === undefined ? '' : `; resets at ${new Date(resetAtMs).toISOString()}`;
  const told = reason === 'UNPRICED' ? unpricedText(call) : reasonText(reason, refusal);
  return `Budget "${refusal.budget}" ${told}${scopeText(refusal.scope)}${
    reason === 'IN_FLIGHT' ? retryText(retryAfterMs) : resets
  }`;
}

function unpricedText(call: BudgetExceededOptions['call']): string {
  const model = call ? `"${call.model}" at ${call.provider}` : 'this model';
  return `limits cost, and the price of ${model} is not known: give it one under \`prices\` in the budgets file`;
}

function reasonText(reason: Exclude<DenialReason, 'UNPRICED'>, refusal: Refusal): string {
  const { unit, limit, committed, reserved, requested, detail } = refusal;
  const used = usedText(refusal);
  const needs = `this call may need ${amountText(unit, requested)}`;
  switch (reason) {
    case 'TOO_LARGE':
      return `can never fit this call: ${detail ?? tooLargeText(refusal)}`;
    case 'EXHAUSTED':
      return `is exhausted: ${used}${committed >= limit ? '' : `, ${needs}`}`;
    case 'IN_FLIGHT': {
      const earlier = detail === undefined ? '' : `; ${detail}`;
      if (unit === 'concurrency') return `is full: ${used}${earlier}`;
      const held = `${used} and ${amountText(unit, reserved)} held`;
      return `is held by calls in flight: ${held}${earlier || `, ${needs}`}`;
    }
    case 'UNAVAILABLE':
      return 'could not be asked';
  }
}

function tooLargeText({ unit, limit, window, requested }: Refusal): string {
  if (unit === 'concurrency') return `it allows ${amountText(unit, limit)}`;
  const most = `${amountText(unit, limit)}${perText(window)}${inAllText(window)}`;
  return `it may need ${amountText(unit, requested)}, and the limit is ${most}`;
}

/** `$4.00 of $5.00/day spent`, `9 of 10 requests used in all`, `3 of 3 calls in flight`. */
function usedText({ unit, limit, window, committed, reserved }: Refusal): string {
  const most = amountText(unit, limit);
  if (unit === 'concurrency') return `${reserved} of ${most}`;
  const [used, word] = unit === 'cost' ? [formatUsd(committed), 'spent'] : [committed, 'used'];
  return `${used} of ${most}${perText(window)} ${word}${inAllText(window)}`;
}

function perText(window: string): string {
  return window === 'lifetime' ? '' : `/${window}`;
}

function inAllText(window: string): string {
  return window === 'lifetime' ? ' in all' : '';
}

const SINGULAR: Readonly<Partial<Record<Unit, string>>> = {
  tokens: 'token',
  input_tokens: 'input token',
  output_tokens: 'output token',
  requests: 'request',
};

/** Custom units are names, and stay as they are. */
function amountText(unit: Unit, amount: number): string {
  if (unit === 'cost') return formatUsd(amount);
  const many = amount === 1 ? '' : 's';
  if (unit === 'concurrency') return `${amount} call${many} in flight`;
  const singular = SINGULAR[unit];
  return `${amount} ${singular === undefined ? unit : `${singular}${many}`}`;
}

function scopeText(scope: Labels): string {
  const labels = Object.entries(scope).map(([name, value]) => `${name}=${value}`);
  return labels.length === 0 ? '' : ` (${labels.join(', ')})`;
}

function retryText(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? '' : `; try again in ${Math.ceil(retryAfterMs / 1000)} s`;
}
