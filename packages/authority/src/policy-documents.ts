// What of the policy is kept in the store: budgets, top-ups, overrides, where fixed windows begin.
import { type Budget, type BudgetFields, budgetOf, type Ledger } from '@spendfuse/core';
import type { AllowanceView } from './admin.ts';

/** Keys of documents. */
export const BUDGET = 'budget/';
export const TOP_UP = 'top-up/';
export const OVERRIDE = 'override/';
export const ANCHOR = 'anchor/';

export interface PolicyDocuments {
  /** By id, in the order of their ids. */
  readonly budgets: ReadonlyMap<string, Budget>;
  /** Those that are over are among them until they are removed. */
  readonly allowances: readonly AllowanceView[];
  /** When the fixed windows of a budget begin, by its id: from when it was first seen. */
  readonly anchors: ReadonlyMap<string, number>;
}

/** @throws SpendfuseError `UNAVAILABLE` while the store cannot be read. */
export function readPolicyDocuments(ledger: Pick<Ledger<unknown>, 'documents'>): PolicyDocuments {
  const valuesOf = (prefix: string) =>
    ledger.documents(prefix).map(({ key, value }) => ({ id: key.slice(prefix.length), value }));
  const budgets = valuesOf(BUDGET).map(({ id, value }) => {
    return [id, budgetOf(value as BudgetFields)] as const;
  });
  const allowances = [TOP_UP, OVERRIDE].flatMap((prefix) =>
    valuesOf(prefix).map(({ id, value }) => ({ ...(value as Omit<AllowanceView, 'id'>), id })),
  );
  const anchors = valuesOf(ANCHOR).map(({ id, value }) => {
    return [id, (value as { readonly anchorMs: number }).anchorMs] as const;
  });
  return { budgets: new Map(budgets), allowances, anchors: new Map(anchors) };
}

/** The key under which an allowance is kept. */
export function allowanceKey({ id, untilMs }: Pick<AllowanceView, 'id' | 'untilMs'>): string {
  return `${untilMs === undefined ? TOP_UP : OVERRIDE}${id}`;
}

/** As a document comes back from a journal: without what is undefined. */
export function asDocument(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
