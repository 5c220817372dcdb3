// GetBalances: the limits as they stand.
import {
  balanceQueryFromWire,
  balancesToWire,
  type WireBalancesRequest,
  type WireBalancesResponse,
} from '@spendfuse/protocol';
import type { Operation } from './operation.ts';

export const getBalances: Operation<WireBalancesRequest, WireBalancesResponse> = async (
  authority,
  message,
) => balancesToWire(await authority.balances(balanceQueryFromWire(message)));
