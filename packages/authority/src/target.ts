// What a call is to be sent as: the model, the budgets that count it, its price, what it may hold.
import {
  type Admission,
  type Call,
  draftReserve,
  type Estimate,
  invalid,
  type PreparedBudget,
  type ReserveDraft,
  type WorstCase,
} from '@spendfuse/core';
import type { ModelPrice, ModelQuery, PriceCatalogue } from './prices/price.ts';

/** Everything that follows from the model, the budgets in force and the prices. */
export interface Target {
  readonly admission: Admission;
  readonly catalogue: PriceCatalogue;
  /** As it will be sent. */
  readonly call: Call;
  readonly matching: readonly PreparedBudget[];
  /** Of the model asked for, where another is sent: its limits of cost go on counting. */
  readonly kept: Kept | undefined;
  readonly price: ModelPrice | undefined;
  /** Ids of budgets with `hold: adaptive` that limit output. */
  readonly adaptive: readonly string[];
}

interface Kept {
  /** As it was asked for. */
  readonly call: Call;
  readonly matching: readonly PreparedBudget[];
}

/** The model that is to be sent, by its price at the instant by which the commit is priced too. */
export interface TargetInput extends ModelQuery {
  /** As it was asked for. */
  readonly call: Call;
}

export function targetOf(
  { admission, catalogue }: Pick<Target, 'admission' | 'catalogue'>,
  input: TargetInput,
): Target {
  const { call: asked, model } = input;
  const call = model === asked.model ? asked : { ...asked, model };
  const matching = admission.matching(call);
  const price = catalogue.priceOf(input);
  const kept =
    call === asked ? undefined : { call: asked, matching: costOnly(admission, asked, matching) };
  return {
    admission,
    catalogue,
    call,
    matching,
    kept,
    price,
    adaptive: adaptiveAmong(kept ? [...matching, ...kept.matching] : matching),
  };
}

const NONE: readonly string[] = [];
const UNITS_OF_OUTPUT: readonly string[] = ['cost', 'tokens', 'output_tokens'];

function adaptiveAmong(matching: readonly PreparedBudget[]): readonly string[] {
  let ids: string[] | undefined;
  for (const { budget, limits } of matching) {
    if (budget.hold !== 'adaptive') continue;
    if (!limits.some(({ limit }) => UNITS_OF_OUTPUT.includes(limit.unit))) continue;
    ids ??= [];
    ids.push(budget.id);
  }
  return ids ?? NONE;
}

/** The limits of cost that the call as asked for meets, without those it meets as sent anyway. */
function costOnly(
  admission: Admission,
  call: Call,
  sent: readonly PreparedBudget[],
): readonly PreparedBudget[] {
  const met = new Set(sent.map(({ budget }) => budget.id));
  return admission.matching(call).flatMap((prepared) => {
    const { budget, limits } = prepared;
    // A budget of both models counts the call in one scope, unless the model is what scopes differ by.
    if (met.has(budget.id) && !budget.per.includes('model')) return [];
    const isCost = limits.map(({ limit }) => limit.unit === 'cost');
    if (!isCost.includes(true)) return [];
    const scopes = prepared.scopes(call).map((scope) => ({
      ...scope,
      counters: scope.counters.filter((_, index) => isCost[index]),
    }));
    return {
      budget,
      limits: limits.filter((_, index) => isCost[index]),
      allowances: prepared.allowances,
      scopes: () => scopes,
      scopeOf: (labels) => prepared.scopeOf(labels),
    };
  });
}

/** What a call would hold at a time. */
export interface Hold {
  readonly target: Target;
  /** In the worst case. */
  readonly worst: WorstCase;
  /** As much as is usual, where that is less and some budget holds it. */
  readonly usual: WorstCase | undefined;
  readonly nowMs: number;
}

/** The plan for the model that will be sent, with what the model asked for goes on counting. */
export function draftOf({ target, worst, usual, nowMs }: Hold): ReserveDraft {
  const { matching, kept, call } = target;
  const draft = draftReserve({ matching, call, worst, usual, nowMs });
  if (!kept) return draft;
  const more = draftReserve({ matching: kept.matching, call: kept.call, worst, usual, nowMs });
  return {
    entries: [...draft.entries, ...more.entries],
    refusals: [...draft.refusals, ...more.refusals],
    shadow: [...draft.shadow, ...more.shadow],
  };
}

export interface CaseInput {
  readonly price: ModelPrice | undefined;
  readonly inputTokens: number;
  /** Of all choices together. */
  readonly outputTokens: number;
  readonly estimate?: Partial<Pick<Estimate, 'inputBound' | 'amounts' | 'webSearches'>> | undefined;
}

/** The most that so many tokens can take. @throws SpendfuseError `INVALID_ARGUMENT` beyond 2^53 - 1 */
export function caseOf({ price, inputTokens, outputTokens, estimate }: CaseInput): WorstCase {
  if (!Number.isSafeInteger(inputTokens + outputTokens)) {
    throw invalid('estimate', 'more tokens than a counter can hold');
  }
  const webSearches = estimate?.webSearches;
  const said = estimate?.amounts?.['cost'];
  return {
    inputTokens,
    outputTokens,
    costNanoUsd: said ?? price?.worstCostOf({ inputTokens, outputTokens, webSearches }),
    inputCostNanoUsd: said ?? price?.worstCostOf({ inputTokens, outputTokens: 0, webSearches }),
    isFallback: said === undefined && price?.source === 'fallback',
    isSoft: estimate?.inputBound?.soft,
    amounts: estimate?.amounts,
  };
}
