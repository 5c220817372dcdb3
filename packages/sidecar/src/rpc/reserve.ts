// Reserve: takes every limit that matches a call, or none.
import {
  decisionToWire,
  reserveFromWire,
  type WireReserveRequest,
  type WireReserveResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const reserve: Operation<WireReserveRequest, WireReserveResponse> = async (
  authority,
  message,
) => {
  const request = reserveFromWire(message);
  return decisionToWire(request.id, await authority.reserve(request));
};
