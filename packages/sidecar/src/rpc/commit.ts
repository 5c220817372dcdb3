// Commit: ends a reservation with what the call really used.
import {
  commitFromWire,
  committedToWire,
  type WireCommitRequest,
  type WireCommitResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const commit: Operation<WireCommitRequest, WireCommitResponse> = async (
  authority,
  message,
) => committedToWire(await authority.commit(commitFromWire(message)));
