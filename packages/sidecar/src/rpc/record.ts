// Record: counts a call that was made without a reservation.
import {
  committedToWire,
  recordFromWire,
  type WireCommitRequest,
  type WireCommitResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const record: Operation<WireCommitRequest, WireCommitResponse> = async (
  authority,
  message,
) => committedToWire(await authority.record(recordFromWire(message)));
