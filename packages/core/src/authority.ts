// PORT: the budget authority, in process or over gRPC; surfaces know nothing else.
import type { Unit } from './budget.ts';
import type { Decision, Denied, Extended } from './decision.ts';
import type { Call, Labels } from './subject.ts';
import type { Usage, UsageSource } from './usage.ts';

/** The upper bound of a call before it is made. */
export interface Estimate {
  /** `exact: false` is a cheap bound: where a limit refuses it, the answer is `refine`. */
  readonly inputBound: {
    readonly tokens: number;
    readonly exact: boolean;
    /** The provider may add input that is not in the request, so the bound can be exceeded. */
    readonly soft?: boolean | undefined;
  };
  /** Per choice, as requested. Undefined: the model's own maximum. 0: the operation has no output. */
  readonly maxOutputTokens: number | undefined;
  /** `n`, `best_of`, `candidateCount`: multiplies the output. */
  readonly choices: number;
  /** Whether `maxOutputTokens` can be lowered by rewriting the request. */
  readonly clampable: boolean;
  /** Whether another model can be sent by rewriting the request. */
  readonly downgradable?: boolean | undefined;
  /** Such as `{ tool_calls: 1 }`. */
  readonly amounts?: Amounts | undefined;
  /** The most searches that the provider may run for the call; default 0. */
  readonly webSearches?: number | undefined;
  /** The service tier asked for: `batch`, `flex`, `priority`, `auto`. Undefined: the standard one. */
  readonly tier?: string | undefined;
}

/**
 * Counts of custom units, by name. `cost`, in nano-USD, is what the caller itself says that the call
 * costs, instead of a price: of a tool, or of anything else that has no tokens.
 */
export type Amounts = Readonly<Record<string, number>>;

export interface ReserveRequest {
  /** UUIDv7, minted by the caller for this attempt. */
  readonly id: string;
  readonly call: Call;
  readonly estimate: Estimate;
  /** How long the reservation lives unless extended; default 2 min, at most 24 h. */
  readonly ttlMs?: number | undefined;
  /** How long the caller is ready to wait for room; default 0. */
  readonly maxWaitMs?: number | undefined;
}

export interface CommitRequest {
  readonly id: string;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  /** The model that answered, where it is not the one asked for. Prices go by the one asked for. */
  readonly responseModel?: string | undefined;
  /** The service tier that served it, where the provider says so. Undefined: as in the estimate. */
  readonly tier?: string | undefined;
  /** One that is not named keeps what was reserved. */
  readonly amounts?: Amounts | undefined;
  /** Needed only if the authority may not know the id: then the usage is recorded. */
  readonly call?: (Call & { readonly reservedAtMs: number }) | undefined;
}

/** A commit that says all by itself: for calls made without a reservation. */
export type RecordRequest = CommitRequest & {
  readonly call: Call & { readonly reservedAtMs: number };
};

export interface Committed {
  readonly id: string;
  /** Undefined where no price is known. */
  readonly costNanoUsd: number | undefined;
  /** Version of the price catalogue that priced it. */
  readonly catalogue: string;
  /** Actual above reserved, in nano-USD. */
  readonly overrunNanoUsd: number;
  /** Came after the reservation had ended. */
  readonly late: boolean;
}

export interface ReleaseRequest {
  readonly id: string;
  /** The request was sent (and failed): it counts for `requests`. Default false. */
  readonly sent?: boolean | undefined;
}

export interface ExtendRequest {
  readonly id: string;
  /** From now. */
  readonly ttlMs: number;
  /** The new total of output tokens to hold, of all choices; grows only. Undefined: as before. */
  readonly outputTokens?: number | undefined;
}

/** One limit of one scope as it stands. Amounts are nano-USD for `cost`, else counts. */
export interface Balance {
  readonly budget: string;
  readonly scope: Labels;
  readonly unit: Unit;
  /** As written: `day`, `rolling 60s`, `lifetime`. */
  readonly window: string;
  readonly limit: number;
  readonly committed: number;
  readonly reserved: number;
  /** Never below 0. */
  readonly remaining: number;
  readonly resetAtMs?: number | undefined;
  readonly mode: 'enforce' | 'shadow';
}

export interface BalanceQuery {
  /** Only this budget. */
  readonly budget?: string | undefined;
  /** Only scopes that have all of these values. */
  readonly scope?: Labels | undefined;
}

/** Every method throws SpendfuseError when it cannot do its work; a denial is a normal answer. */
export interface BudgetAuthority {
  reserve(request: ReserveRequest): Promise<Decision>;
  commit(request: CommitRequest): Promise<Committed>;
  release(request: ReleaseRequest): Promise<void>;
  /** Denied: the hold cannot grow; the reservation is as it was. */
  extend(request: ExtendRequest): Promise<Extended | Denied>;
  record(request: RecordRequest): Promise<Committed>;
  balances(query: BalanceQuery): Promise<readonly Balance[]>;
  /** The balances as they are, then each change, until the signal aborts. */
  watch(query: BalanceQuery, signal: AbortSignal): AsyncIterable<readonly Balance[]>;
}
