// How the HTTP API says that something went wrong: one JSON shape, one table of statuses.
import { type ErrorCode, SpendfuseError } from '@spendfuse/core';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** The part of the request at fault, if one is. */
    readonly field: string | null;
  };
}

const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  INVALID_ARGUMENT: 400,
  CONFIG: 400,
  ID_REUSED: 409,
  ID_EXPIRED: 410,
  NOT_FOUND: 404,
  SETTLED: 409,
  EXPIRED: 409,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

export function errorBody(error: {
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
}): ErrorBody {
  return { error: { code: error.code, message: error.message, field: error.field ?? null } };
}

/** Of a failure: a defect of ours keeps its message to the log. */
export function failure(thrown: unknown): {
  readonly body: ErrorBody;
  readonly status: ContentfulStatusCode;
} {
  const error = SpendfuseError.from(thrown);
  const { code, field } = error;
  const message = code === 'INTERNAL' ? 'internal error' : error.message;
  return { body: errorBody({ code, message, field }), status: STATUS[code] };
}
