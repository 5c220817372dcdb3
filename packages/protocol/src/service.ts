// The service as grpc-js knows it: paths, and how each message is put into bytes.
import { fileURLToPath } from 'node:url';
import type { MethodDefinition } from '@grpc/grpc-js';
import { spendfuse } from '#wire';
import { type Codec, codec } from './codec.ts';
import type {
  WireBalancesRequest,
  WireBalancesResponse,
  WireCommitRequest,
  WireCommitResponse,
  WireExtendRequest,
  WireExtendResponse,
  WireReleaseRequest,
  WireReleaseResponse,
  WireReserveRequest,
  WireReserveResponse,
  WireSessionRequest,
  WireSessionResponse,
} from './wire.ts';

const v1 = spendfuse.v1;

export const SERVICE_NAME = 'spendfuse.v1.BudgetService';

/** Of a session's hello and welcome. */
export const PROTOCOL_VERSION = 1;

/** The folder that imports between proto files start from. There is none beside a bundle: it throws. */
export function protoFolder(): string {
  return fileURLToPath(new URL('../proto/', import.meta.url));
}

/** The file of the service in it. */
export const PROTO_FILE = 'spendfuse/v1/budget.proto';

interface Shape<Request, Response> {
  readonly name: string;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
}

function method<Request, Response>(
  shape: Shape<Request, Response>,
): MethodDefinition<Request, Response> {
  const { name, request, response, requestStream = false, responseStream = false } = shape;
  return {
    path: `/${SERVICE_NAME}/${name}`,
    originalName: name[0]?.toLowerCase() + name.slice(1),
    requestStream,
    responseStream,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

/** For `grpc.makeGenericClientConstructor` and `server.addService`. */
export const budgetService = {
  reserve: method({
    name: 'Reserve',
    request: codec<WireReserveRequest>('ReserveRequest', v1.ReserveRequest),
    response: codec<WireReserveResponse>('ReserveResponse', v1.ReserveResponse),
  }),
  commit: method({
    name: 'Commit',
    request: codec<WireCommitRequest>('CommitRequest', v1.CommitRequest),
    response: codec<WireCommitResponse>('CommitResponse', v1.CommitResponse),
  }),
  release: method({
    name: 'Release',
    request: codec<WireReleaseRequest>('ReleaseRequest', v1.ReleaseRequest),
    response: codec<WireReleaseResponse>('ReleaseResponse', v1.ReleaseResponse),
  }),
  extend: method({
    name: 'Extend',
    request: codec<WireExtendRequest>('ExtendRequest', v1.ExtendRequest),
    response: codec<WireExtendResponse>('ExtendResponse', v1.ExtendResponse),
  }),
  record: method({
    name: 'Record',
    request: codec<WireCommitRequest>('RecordRequest', v1.RecordRequest),
    response: codec<WireCommitResponse>('RecordResponse', v1.RecordResponse),
  }),
  getBalances: method({
    name: 'GetBalances',
    request: codec<WireBalancesRequest>('GetBalancesRequest', v1.GetBalancesRequest),
    response: codec<WireBalancesResponse>('GetBalancesResponse', v1.GetBalancesResponse),
  }),
  watchBalances: method({
    name: 'WatchBalances',
    request: codec<WireBalancesRequest>('WatchBalancesRequest', v1.WatchBalancesRequest),
    response: codec<WireBalancesResponse>('WatchBalancesResponse', v1.WatchBalancesResponse),
    responseStream: true,
  }),
  session: method({
    name: 'Session',
    request: codec<WireSessionRequest>('SessionRequest', v1.SessionRequest),
    response: codec<WireSessionResponse>('SessionResponse', v1.SessionResponse),
    requestStream: true,
    responseStream: true,
  }),
} as const;
