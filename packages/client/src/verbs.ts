// What the client knows of each verb: its unary method, and whether it settles.
import type { MethodDefinition } from '@grpc/grpc-js';
import { budgetService, type Verb } from '@spendfuse/protocol';

export interface VerbFacts {
  readonly method: Pick<
    MethodDefinition<object, object>,
    'path' | 'requestSerialize' | 'requestDeserialize' | 'responseDeserialize'
  >;
  /** Ends a reservation or counts usage: is kept until it is delivered. */
  readonly settles: boolean;
}

export const verbs: { readonly [V in Verb]: VerbFacts } = {
  reserve: { method: budgetService.reserve, settles: false },
  commit: { method: budgetService.commit, settles: true },
  release: { method: budgetService.release, settles: true },
  extend: { method: budgetService.extend, settles: false },
  record: { method: budgetService.record, settles: true },
  getBalances: { method: budgetService.getBalances, settles: false },
};
