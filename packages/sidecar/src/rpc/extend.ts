// Extend: lets a reservation live longer.
import {
  extendedToWire,
  extendFromWire,
  type WireExtendRequest,
  type WireExtendResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const extend: Operation<WireExtendRequest, WireExtendResponse> = async (
  authority,
  message,
) => {
  const request = extendFromWire(message);
  return extendedToWire(request.id, await authority.extend(request));
};
