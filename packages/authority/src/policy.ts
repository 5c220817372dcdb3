// The policy: budgets of the command line, the store and the file, merged, with what tops them up.
import { type Admission, type Budget, type Limit, prepare } from '@spendfuse/core';
import type { AllowanceView, BudgetView } from './admin.ts';
import type { PolicyDocuments } from './policy-documents.ts';
import type { PriceCatalogue } from './prices/price.ts';

/** What the store does not know. */
export interface PolicySources {
  /** Of the budgets file, in its order. */
  readonly file: readonly Budget[];
  /** Of the command line. */
  readonly flags: readonly Budget[];
  readonly catalogue: PriceCatalogue;
}

/** Never changed: another one takes its place. */
export interface Policy {
  readonly admission: Admission;
  readonly catalogue: PriceCatalogue;
  /** Of the admission's budgets, in the same order. */
  readonly views: readonly BudgetView[];
  readonly allowances: readonly AllowanceView[];
  /** When the fixed windows begin of budgets that were seen for the first time, by id. */
  readonly anchored: ReadonlyMap<string, number>;
}

export interface PolicyInput {
  readonly sources: PolicySources;
  readonly documents: PolicyDocuments;
  readonly nowMs: number;
}

/**
 * One budget of each id: the command line's before the store's before the file's. They stand in the
 * order of the file, then the others of the store, then the others of the command line.
 * @throws SpendfuseError `CONFIG` where two limits would be one counter.
 */
export function policyOf({ sources, documents, nowMs }: PolicyInput): Policy {
  const anchored = new Map<string, number>();
  const views = mergedViews(sources, documents).map((view) => {
    const { budget } = view;
    if (!budget.limits.some(isUnanchored)) return view;
    const known = documents.anchors.get(budget.id);
    if (known === undefined) anchored.set(budget.id, nowMs);
    return { ...view, budget: anchoredAt(budget, known ?? nowMs) };
  });
  const { allowances } = documents;
  const admission = prepare(
    views.map(({ budget }) => budget),
    { allowances },
  );
  const { catalogue } = sources;
  return { admission, catalogue, views, allowances, anchored };
}

function mergedViews(
  { file, flags }: PolicySources,
  { budgets: stored }: PolicyDocuments,
): readonly BudgetView[] {
  const ofFlags = new Map(flags.map((budget) => [budget.id, budget]));
  const ofFile = new Set(file.map(({ id }) => id));
  const viewOf = (budget: Budget): BudgetView => {
    const { id } = budget;
    const flag = ofFlags.get(id);
    const inStore = stored.get(id);
    if (flag) return { budget: flag, source: 'flag', hidesFile: ofFile.has(id) };
    if (inStore) return { budget: inStore, source: 'store', hidesFile: ofFile.has(id) };
    return { budget, source: 'file', hidesFile: false };
  };
  const added = [...stored.values()].filter(({ id }) => !ofFile.has(id));
  const given = flags.filter(({ id }) => !ofFile.has(id) && !stored.has(id));
  return [...file, ...added, ...given].map(viewOf);
}

function isUnanchored({ window }: Limit): boolean {
  return window.kind === 'fixed' && window.anchorMs === undefined;
}

function anchoredAt(budget: Budget, anchorMs: number): Budget {
  const limits = budget.limits.map((limit): Limit => {
    const { window } = limit;
    return window.kind === 'fixed' && window.anchorMs === undefined
      ? { ...limit, window: { ...window, anchorMs } }
      : limit;
  });
  return { ...budget, limits };
}
