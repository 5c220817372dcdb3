// The verbs as the wire has them: method, how an answer is read, and whether a verb settles.
import type { MethodDefinition } from '@grpc/grpc-js';
import type { Balance, Committed, Decision, Denied, Extended } from '@spendfuse/core';
import {
  balancesFromWire,
  budgetService,
  committedFromWire,
  decisionFromWire,
  extendedFromWire,
} from '@spendfuse/protocol';

/** By the names of the fields of a session's call and reply: what each is answered. */
export interface Answers {
  readonly reserve: Decision;
  readonly commit: Committed;
  readonly release: undefined;
  readonly extend: Extended | Denied;
  readonly record: Committed;
  readonly getBalances: readonly Balance[];
}

export type Verb = keyof Answers;

export interface VerbFacts<Answer> {
  readonly method: Pick<
    MethodDefinition<object, object>,
    'path' | 'requestSerialize' | 'responseDeserialize'
  >;
  readonly fromWire: (reply: object) => Answer;
  /** Ends a reservation or counts usage: is kept until it is delivered. */
  readonly settles: boolean;
}

export const verbs: { readonly [V in Verb]: VerbFacts<Answers[V]> } = {
  reserve: { method: budgetService.reserve, fromWire: decisionFromWire, settles: false },
  commit: { method: budgetService.commit, fromWire: committedFromWire, settles: true },
  release: { method: budgetService.release, fromWire: () => undefined, settles: true },
  extend: { method: budgetService.extend, fromWire: extendedFromWire, settles: false },
  record: { method: budgetService.record, fromWire: committedFromWire, settles: true },
  getBalances: { method: budgetService.getBalances, fromWire: balancesFromWire, settles: false },
};
