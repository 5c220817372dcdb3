// Spendfuse's errors on the wire: gRPC status with trailers, the error of a session's reply, and back.
import { Metadata, type ServiceError, status, type StatusObject } from '@grpc/grpc-js';
import { ERROR_CODES, type ErrorCode, SpendfuseError } from '@spendfuse/core';
import type { WireSessionError } from './wire.ts';

const CODE_TRAILER = 'spendfuse-code';
const FIELD_TRAILER = 'spendfuse-field';

const STATUS_OF: Readonly<Record<ErrorCode, status>> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  CONFIG: status.FAILED_PRECONDITION,
  ID_REUSED: status.ALREADY_EXISTS,
  ID_EXPIRED: status.OUT_OF_RANGE,
  NOT_FOUND: status.NOT_FOUND,
  SETTLED: status.FAILED_PRECONDITION,
  EXPIRED: status.FAILED_PRECONDITION,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  CHANGED: status.FAILED_PRECONDITION,
  RESOURCE_EXHAUSTED: status.RESOURCE_EXHAUSTED,
  UNAVAILABLE: status.UNAVAILABLE,
  INTERNAL: status.INTERNAL,
};

/** What a unary call ends with. The trailers are percent-encoded, as they may hold label names. */
export function errorToStatus(thrown: unknown): StatusObject {
  const { code, message, field } = SpendfuseError.from(thrown);
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, code);
  if (field !== undefined) metadata.set(FIELD_TRAILER, encodeURIComponent(wellFormed(field)));
  return { code: STATUS_OF[code], details: wellFormed(message), metadata };
}

/** Without the trailer the error is gRPC's own: then all but clear answers mean "not available". */
export function errorFromStatus(error: ServiceError): SpendfuseError {
  const field = decode(trailer(error, FIELD_TRAILER));
  const code = knownCode(trailer(error, CODE_TRAILER)) ?? codeOfStatus(error.code);
  return new SpendfuseError({ code, message: error.details || error.message, field, cause: error });
}

function codeOfStatus(code: status): ErrorCode {
  switch (code) {
    case status.INVALID_ARGUMENT:
      return 'INVALID_ARGUMENT';
    case status.RESOURCE_EXHAUSTED:
      return 'RESOURCE_EXHAUSTED';
    case status.INTERNAL:
      return 'INTERNAL';
    default:
      return 'UNAVAILABLE';
  }
}

export function errorToSession(thrown: unknown): WireSessionError {
  const { code, message, field } = SpendfuseError.from(thrown);
  return { code, message, field: field ?? '' };
}

export function errorFromSession(wire: WireSessionError): SpendfuseError {
  return new SpendfuseError({
    code: knownCode(wire.code) ?? 'INTERNAL',
    message: wire.message ?? '',
    field: wire.field || undefined,
  });
}

/** Whether the authority itself has answered, be it with an error. */
export function isAnswer(error: ServiceError): boolean {
  return trailer(error, CODE_TRAILER) !== undefined;
}

function trailer(error: ServiceError, name: string): string | undefined {
  const [value] = error.metadata?.get(name) ?? [];
  return value === undefined ? undefined : String(value);
}

function knownCode(code: string | undefined): ErrorCode | undefined {
  return ERROR_CODES.find((known) => known === code);
}

/** A lone surrogate would make the encoding of status and trailers throw. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function decode(field: string | undefined): string | undefined {
  try {
    return field === undefined ? undefined : decodeURIComponent(field);
  } catch {
    return field;
  }
}
