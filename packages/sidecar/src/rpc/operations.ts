// Every operation by its name on the wire: unary calls and sessions both end here.
import type { LocalAuthority } from '@spendfuse/authority';
import type { BudgetAuthority } from '@spendfuse/core';
import type { Answers, Requests, Verb } from '@spendfuse/protocol';

/** One in this process takes its frequent verbs in batches. */
export type ServedAuthority = BudgetAuthority & Partial<Pick<LocalAuthority, 'submit'>>;

/** Rejects with SpendfuseError; a denial is a normal answer. */
export type Operation<V extends Verb> = (
  authority: BudgetAuthority,
  request: Requests[V],
) => Promise<Answers[V]>;

export const operations: { readonly [V in Verb]: Operation<V> } = {
  reserve: (authority, request) => authority.reserve(request),
  commit: (authority, request) => authority.commit(request),
  release: (authority, request) => authority.release(request),
  extend: (authority, request) => authority.extend(request),
  record: (authority, request) => authority.record(request),
  getBalances: (authority, query) => authority.balances(query),
};
