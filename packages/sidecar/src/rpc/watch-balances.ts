// WatchBalances: the limits as they stand, then each change, until the caller has had enough.
import { once } from 'node:events';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Balance, BudgetAuthority, SpendfuseError } from '@spendfuse/core';
import {
  balanceQueryFromWire,
  balancesToWire,
  budgetService,
  MAX_MESSAGE_BYTES,
  type WireBalancesRequest,
  type WireBalancesResponse,
} from '@spendfuse/protocol';

export type WatchCall = ServerWritableStream<
  WireBalancesRequest | SpendfuseError,
  WireBalancesResponse
>;

export interface WatchOptions {
  readonly authority: BudgetAuthority;
  readonly request: WireBalancesRequest;
  readonly call: WatchCall;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal has ended it or nothing is left to tell. */
export async function watchBalances(options: WatchOptions): Promise<void> {
  const { authority, request, call, signal } = options;
  const query = balanceQueryFromWire(request);
  for await (const balances of authority.watch(query, signal)) {
    for (const message of messagesOf(balances)) {
      if (!call.write(message)) await once(call, 'drain', { signal });
    }
  }
}

/** As many messages as it takes for each to be small enough. */
function* messagesOf(balances: readonly Balance[]): Generator<WireBalancesResponse> {
  const message = balancesToWire(balances);
  const size = budgetService.watchBalances.responseSerialize(message).length;
  if (size <= MAX_MESSAGE_BYTES || balances.length <= 1) return yield message;
  const half = balances.length >> 1;
  yield* messagesOf(balances.slice(0, half));
  yield* messagesOf(balances.slice(half));
}
