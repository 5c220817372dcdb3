// What administrators can do with an authority: budgets, top-ups, overrides, resets, explanations.
import type {
  Allowance,
  Amounts,
  Balance,
  Budget,
  BudgetFields,
  Call,
  Decision,
  Labels,
  Refusal,
  Unit,
} from '@spendfuse/core';

/** A budget in force, and where it comes from. The store's goes before the file's of the same id. */
export interface BudgetView {
  readonly budget: Budget;
  readonly source: 'file' | 'store' | 'flag';
  /** The file has another budget of this id, which does not count. */
  readonly hidesFile: boolean;
}

/** An edit only of what was read. */
export interface Conditional {
  /**
   * `budgetEtag` of the budget as it was read, or `*` for whatever there is. If it is another one by
   * now, or none, the edit fails with `CHANGED`. Undefined: whatever there is, or nothing.
   */
  readonly etag?: string | undefined;
}

/** A top-up (no `untilMs`) or an override, in force or to come. */
export interface AllowanceView extends Allowance {
  /** UUIDv7. */
  readonly id: string;
  readonly by: string;
  readonly note?: string | undefined;
}

/** Who acts: the name of a token, for the history. */
export interface Act {
  readonly by: string;
}

export interface AllowanceRequest extends Act {
  /** UUIDv7 of the caller: the same request with the same id adds once (L4). Default: a new one. */
  readonly id?: string | undefined;
  readonly budget: string;
  /** Only the scope with these values. */
  readonly scope?: Labels | undefined;
  readonly unit: Unit;
  /** As `formatWindow` writes it; undefined: all limits of the unit. */
  readonly window?: string | undefined;
  readonly amount: number;
  readonly fromMs?: number | undefined;
  /** Undefined: for good, which is a top-up; then the amount must be above 0. */
  readonly untilMs?: number | undefined;
  readonly note?: string | undefined;
}

export interface ResetRequest extends Act {
  readonly budget: string;
  readonly scope?: Labels | undefined;
}

export interface ExplainRequest {
  readonly call: Call;
  readonly inputTokens: number;
  /** Undefined: the model's own maximum. */
  readonly outputTokens: number | undefined;
  readonly amounts?: Amounts | undefined;
  readonly tier?: string | undefined;
}

/** What a call would get now, and why; nothing is reserved. */
export interface Explanation {
  readonly decision: Decision;
  /** Of every budget, in file order. */
  readonly budgets: readonly {
    readonly budget: string;
    /** Undefined: it matches. Else the condition that does not hold, in words. */
    readonly mismatch: string | undefined;
    /** Each limit of each scope the call falls into, with what it would take; empty: no match. */
    readonly limits: readonly (Balance & {
      readonly requested: number | undefined;
      readonly refusal: Refusal | undefined;
    })[];
  }[];
  readonly costNanoUsd: number | undefined;
  readonly priceSource: 'catalogue' | 'override' | 'fallback' | undefined;
  readonly catalogue: string;
}

export interface Backfilled {
  /** How many counters have taken over usage that they lacked. */
  readonly counters: number;
}

/** Every method throws SpendfuseError: `INVALID_ARGUMENT` with the field, `NOT_FOUND`, `UNAVAILABLE`. */
export interface BudgetAdmin {
  budgets(): readonly BudgetView[];
  /** Keeps a budget in the store; counters of its id stay (L9). */
  setBudget(request: Act & Conditional & { readonly budget: BudgetFields }): Promise<BudgetView>;
  /** Removes it from the store; one of the file is in force again then. */
  deleteBudget(request: Act & Conditional & { readonly id: string }): Promise<void>;
  allowances(budget?: string): readonly AllowanceView[];
  allow(request: AllowanceRequest): Promise<AllowanceView>;
  withdraw(request: Act & { readonly id: string }): Promise<void>;
  /** What is committed in the budget's counters becomes 0. */
  reset(request: ResetRequest): Promise<void>;
  /**
   * Counters that began after the calls take over what calls have used in the windows in force, as far
   * as usage is kept. What was reset counts again. A call in flight is in it once it has ended: asked
   * again, only what is still lacking is taken over.
   */
  backfill(request: Act & { readonly budget: string }): Promise<Backfilled>;
  explain(request: ExplainRequest): Promise<Explanation>;
}
