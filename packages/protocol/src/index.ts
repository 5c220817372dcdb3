// The Spendfuse gRPC protocol: proto files, generated code and the mapping to the domain.
export {
  budgetService,
  packCalls,
  packReplies,
  PROTO_FILE,
  PROTO_FOLDER,
  PROTOCOL_VERSION,
  SERVICE_NAME,
} from './service.ts';
export { MAX_MESSAGE_BYTES, type Packed } from './codec.ts';
export {
  errorFromSession,
  errorFromStatus,
  errorToSession,
  errorToStatus,
  isAnswer,
} from './errors.ts';
export {
  balanceQueryFromWire,
  balanceQueryToWire,
  commitFromWire,
  commitToWire,
  extendFromWire,
  extendToWire,
  recordFromWire,
  releaseFromWire,
  releaseToWire,
  reserveFromWire,
  reserveToWire,
} from './requests.ts';
export {
  balancesFromWire,
  balancesToWire,
  committedFromWire,
  committedToWire,
  decisionFromWire,
  decisionToWire,
  extendedFromWire,
  extendedToWire,
} from './replies.ts';
export type {
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
  WireSessionCall,
  WireSessionReply,
  WireSessionRequest,
  WireSessionResponse,
} from './wire.ts';
