// Release: ends a reservation of a call that used nothing.
import {
  releaseFromWire,
  type WireReleaseRequest,
  type WireReleaseResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const release: Operation<WireReleaseRequest, WireReleaseResponse> = async (
  authority,
  message,
) => {
  const request = releaseFromWire(message);
  await authority.release(request);
  return { id: request.id };
};
