// The verbs of a session: what each asks and is answered, in the domain and on the wire.
import type {
  Balance,
  BalanceQuery,
  CommitRequest,
  Committed,
  Decision,
  Denied,
  Extended,
  ExtendRequest,
  RecordRequest,
  ReleaseRequest,
  ReserveRequest,
} from '@spendfuse/core';
import {
  balancesFromWire,
  balancesToWire,
  committedFromWire,
  committedToWire,
  decisionFromWire,
  decisionToWire,
  extendedFromWire,
  extendedToWire,
} from '../replies.ts';
import {
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
} from '../requests.ts';

/** By the names of the fields of a session's call and reply. */
export interface Requests {
  readonly reserve: ReserveRequest;
  readonly commit: CommitRequest;
  readonly release: ReleaseRequest;
  readonly extend: ExtendRequest;
  readonly record: RecordRequest;
  readonly getBalances: BalanceQuery;
}

export interface Answers {
  readonly reserve: Decision;
  readonly commit: Committed;
  readonly release: void;
  readonly extend: Extended | Denied;
  readonly record: Committed;
  readonly getBalances: readonly Balance[];
}

export type Verb = keyof Requests;

export const VERBS: readonly Verb[] = [
  'reserve',
  'commit',
  'release',
  'extend',
  'record',
  'getBalances',
];

/** All throw SpendfuseError `INVALID_ARGUMENT` for what the other side cannot be told exactly. */
export interface VerbOnWire<Request, Answer> {
  readonly requestToWire: (request: Request) => object;
  readonly requestFromWire: (wire: object) => Request;
  readonly answerToWire: (request: Request, answer: Answer) => object;
  readonly answerFromWire: (wire: object) => Answer;
}

export const onWire: { readonly [V in Verb]: VerbOnWire<Requests[V], Answers[V]> } = {
  reserve: {
    requestToWire: reserveToWire,
    requestFromWire: reserveFromWire,
    answerToWire: ({ id }, decision) => decisionToWire(id, decision),
    answerFromWire: decisionFromWire,
  },
  commit: {
    requestToWire: commitToWire,
    requestFromWire: commitFromWire,
    answerToWire: (_, committed) => committedToWire(committed),
    answerFromWire: committedFromWire,
  },
  release: {
    requestToWire: releaseToWire,
    requestFromWire: releaseFromWire,
    answerToWire: ({ id }) => ({ id }),
    answerFromWire: () => undefined,
  },
  extend: {
    requestToWire: extendToWire,
    requestFromWire: extendFromWire,
    answerToWire: ({ id }, answer) => extendedToWire(id, answer),
    answerFromWire: extendedFromWire,
  },
  record: {
    requestToWire: commitToWire,
    requestFromWire: recordFromWire,
    answerToWire: (_, committed) => committedToWire(committed),
    answerFromWire: committedFromWire,
  },
  getBalances: {
    requestToWire: balanceQueryToWire,
    requestFromWire: balanceQueryFromWire,
    answerToWire: (_, balances) => balancesToWire(balances),
    answerFromWire: balancesFromWire,
  },
};
