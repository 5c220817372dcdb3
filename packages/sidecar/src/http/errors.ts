// How the HTTP API says that something went wrong: one JSON shape, one table of statuses.
import { type ErrorCode, SpendfuseError } from '@spendfuse/core';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      field: z.string().nullable().meta({ description: 'The part of the request at fault' }),
    }),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.output<typeof errorSchema>;

const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  INVALID_ARGUMENT: 400,
  CONFIG: 400,
  ID_REUSED: 409,
  ID_EXPIRED: 410,
  NOT_FOUND: 404,
  SETTLED: 409,
  EXPIRED: 409,
  CHANGED: 412,
  UNAUTHENTICATED: 401,
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

export interface Failure {
  readonly body: ErrorBody;
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
}

/** Of a failure: a defect of ours keeps its message to the log. */
export function failure(thrown: unknown): Failure {
  const error = SpendfuseError.from(thrown);
  const { code, field } = error;
  const message = code === 'INTERNAL' ? 'internal error' : error.message;
  return {
    body: errorBody({ code, message, field }),
    status: STATUS[code],
    headers: headersOf(code),
  };
}

function headersOf(code: ErrorCode): Readonly<Record<string, string>> {
  if (code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer realm="spendfuse admin"' };
  return code === 'RESOURCE_EXHAUSTED' ? { 'retry-after': '60' } : {};
}
