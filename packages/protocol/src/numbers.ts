// Integers of the wire: the wire has 64 bits, a number has 53, and what is lost between is an error.
import { invalid } from '@spendfuse/core';

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the field, for anything but a safe integer. */
export function whole(value: number | null | undefined, field: string): number {
  const number = value ?? 0;
  if (!Number.isSafeInteger(number)) throw invalid(field, `${number} is no safe integer`);
  return number;
}

/** For fields that may be absent. */
export function wholeOr<T extends null | undefined>(
  absent: T,
  value: number | null | undefined,
  field: string,
): number | T {
  return value === null || value === undefined ? absent : whole(value, field);
}

const MAX_INT32 = 2 ** 31 - 1;

export function whole32(value: number, field: string): number {
  if (Math.abs(whole(value, field)) > MAX_INT32) throw invalid(field, `${value} is too large`);
  return value;
}
