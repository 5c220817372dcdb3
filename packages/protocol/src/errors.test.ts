// Errors keep code, message and field on both ways; gRPC's own errors get a code.
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ERROR_CODES, invalid, SpendfuseError } from '@spendfuse/core';
import { expect, test } from 'vitest';
import {
  errorFromSession,
  errorFromStatus,
  errorToSession,
  errorToStatus,
  isAnswer,
} from './errors.ts';

function asServiceError(status: ReturnType<typeof errorToStatus>): ServiceError {
  return Object.assign(new Error(`${status.code} ${status.details}`), status);
}

test.each(ERROR_CODES)('%s survives both ways', (code) => {
  const error = new SpendfuseError({
    code,
    message: 'labels.team: needs a value',
    field: 'labels.team',
  });
  for (const back of [
    errorFromStatus(asServiceError(errorToStatus(error))),
    errorFromSession(errorToSession(error)),
  ]) {
    expect(back).toMatchObject({ code, message: error.message, field: 'labels.team' });
  }
});

test('a field or message of any characters does not break the trailers', () => {
  const error = invalid('labels.grün \ud800\n', 'is "\udfff" %41');
  const back = errorFromStatus(asServiceError(errorToStatus(error)));
  expect(back.field).toBe('labels.grün \ufffd\n');
  expect(back.message).toContain('%41');
  expect(() => encodeURI(errorToStatus(error).details)).not.toThrow();
});

test('anything foreign is INTERNAL', () => {
  expect(errorToStatus(new TypeError('x is no function')).code).toBe(status.INTERNAL);
  expect(errorToSession('oops')).toMatchObject({ code: 'INTERNAL', message: 'oops' });
});

test.each([
  [status.UNAVAILABLE, 'UNAVAILABLE'],
  [status.DEADLINE_EXCEEDED, 'UNAVAILABLE'],
  [status.CANCELLED, 'UNAVAILABLE'],
  [status.UNIMPLEMENTED, 'UNAVAILABLE'],
  [status.RESOURCE_EXHAUSTED, 'RESOURCE_EXHAUSTED'],
  [status.INVALID_ARGUMENT, 'INVALID_ARGUMENT'],
  [status.INTERNAL, 'INTERNAL'],
])("gRPC's own status %i is no answer of the authority, and %s", (code, expected) => {
  const error = asServiceError({ code, details: 'of the transport', metadata: new Metadata() });
  expect(errorFromStatus(error)).toMatchObject({ code: expected, message: 'of the transport' });
  expect(isAnswer(error)).toBe(false);
  expect(isAnswer(asServiceError(errorToStatus(invalid('id', 'is missing'))))).toBe(true);
});
