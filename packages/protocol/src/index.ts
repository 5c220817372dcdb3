// The Spendfuse gRPC protocol: proto files, generated code and the mapping to the domain.
export {
  budgetService,
  PROTO_FILE,
  protoFolder,
  PROTOCOL_VERSION,
  SERVICE_NAME,
} from './service.ts';
export { MAX_MESSAGE_BYTES } from './codec.ts';
export {
  type ArrivedAnswers,
  type ArrivedCalls,
  packAnswers,
  packCalls,
  readAnswers,
  readCalls,
} from './session/batches.ts';
export { type ArrivedAnswer, arrivedAnswer, type SentAnswer } from './session/answers.ts';
export { CallCache } from './session/call-cache.ts';
export type { ArrivedCall } from './session/calls.ts';
export { type Answers, onWire, type Requests, type Verb, VERBS } from './session/verbs.ts';
export { errorFromStatus, errorToStatus, isAnswer } from './errors.ts';
export {
  balanceQueryFromWire,
  balanceQueryToWire,
  commitToWire,
  extendToWire,
  releaseToWire,
  reserveToWire,
} from './requests.ts';
export { balancesFromWire, balancesToWire } from './replies.ts';
export type {
  WireBalancesRequest,
  WireBalancesResponse,
  WireSessionCall,
  WireSessionReply,
  WireSessionRequest,
  WireSessionResponse,
} from './wire.ts';
