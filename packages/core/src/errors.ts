// The one error class of Spendfuse's own failures: a closed code, the field at fault, the cause kept.

/**
 * Why a verb could not be carried out. A *denial* is not among them: it is a normal answer.
 *
 * - `INVALID_ARGUMENT`: the input is ill-formed; `field` names the part; nothing was changed (L11).
 * - `CONFIG`: a budgets file, price override or setting is wrong; the message has line and column.
 * - `ID_REUSED`: the id was used before with other content (L4).
 * - `ID_EXPIRED`: the id is older than the horizon, so whether it was used is no longer known (L4).
 * - `NOT_FOUND`: no reservation of that id.
 * - `SETTLED`: the reservation has already ended and the verb does not apply any more.
 * - `EXPIRED`: the reservation ran out before it was extended.
 * - `CHANGED`: what was to be edited is not as it was when it was read; read it again.
 * - `UNAUTHENTICATED`: administration needs a token or a client certificate, and this is none.
 * - `RESOURCE_EXHAUSTED`: a bound of the authority itself (scopes, waiting calls) is reached.
 * - `UNAVAILABLE`: no decision to be had now; trying again later can help.
 * - `INTERNAL`: a defect of ours.
 */
export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'CONFIG'
  | 'ID_REUSED'
  | 'ID_EXPIRED'
  | 'NOT_FOUND'
  | 'SETTLED'
  | 'EXPIRED'
  | 'CHANGED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

export const ERROR_CODES: readonly ErrorCode[] = [
  'INVALID_ARGUMENT',
  'CONFIG',
  'ID_REUSED',
  'ID_EXPIRED',
  'NOT_FOUND',
  'SETTLED',
  'EXPIRED',
  'CHANGED',
  'UNAUTHENTICATED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'INTERNAL',
];

export interface ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
  /** The part of the input that is wrong, as a path: `labels.team`, `usage.inputTokens`. */
  readonly field?: string | undefined;
  readonly cause?: unknown;
}

export class SpendfuseError extends Error {
  override readonly name = 'SpendfuseError';
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor({ code, message, field, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.field = field;
  }

  /** Whatever was thrown, as a SpendfuseError; anything foreign becomes `INTERNAL` with its cause. */
  static from(thrown: unknown): SpendfuseError {
    if (thrown instanceof SpendfuseError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new SpendfuseError({ code: 'INTERNAL', message, cause: thrown });
  }
}

/** The error for input that names the wrong field (L11). */
export function invalid(field: string, message: string): SpendfuseError {
  return new SpendfuseError({ code: 'INVALID_ARGUMENT', message: `${field}: ${message}`, field });
}
