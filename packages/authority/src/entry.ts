// Entry: one line of the ledger's history, and what the authority keeps with each record for it.
import type {
  Amounts,
  Call,
  DenialReason,
  Held,
  Refusal,
  Usage,
  UsageSource,
} from '@spendfuse/core';

/** Opaque to the store; JSON. */
export type EntryMeta =
  | ReserveMeta
  | CommitMeta
  | KeptCommitMeta
  | ReleaseMeta
  | DenialMeta
  | AdminMeta;

export interface ReserveMeta {
  readonly kind: 'reserve';
  readonly call: Call;
  readonly held: Held;
  /** As clamped; undefined where the request went out as it was. */
  readonly maxOutputTokens?: number | undefined;
  readonly waitedMs: number;
  /** The model asked for, where the call names another that is sent instead. */
  readonly askedModel?: string | undefined;
  /** The service tier asked for. */
  readonly tier?: string | undefined;
  /** What is held of money is what the caller said, not a price's. */
  readonly isCostSaid?: true | undefined;
  /** Of a hold below the worst case: by how much output it can grow. */
  readonly growth?: Growth | undefined;
  /** Limits of shadow budgets that would have refused. */
  readonly shadow?: readonly Refusal[] | undefined;
}

/** Output is that of all choices. */
export interface Growth {
  readonly inputTokens: number;
  /** Held from the start. */
  readonly heldOutputTokens: number;
  /** In the worst case. */
  readonly maxOutputTokens: number;
  /** Held from the start, and all of them. */
  readonly webSearches?: number | undefined;
}

export interface CommitMeta {
  readonly kind: 'commit';
  readonly call: Call;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly responseModel?: string | undefined;
  /** Undefined where no price is known. */
  readonly costNanoUsd: number | undefined;
  /** The price is the one for models without a price. */
  readonly isFallback?: true | undefined;
  /** The service tier it was priced by, where it is not the standard one. */
  readonly tier?: string | undefined;
  /** Those that the commit names. */
  readonly amounts?: Amounts | undefined;
  readonly catalogue: string;
  readonly overrunNanoUsd: number;
}

/** What memory keeps of a commit's: all that a repeat is answered. In no record. */
export type KeptCommitMeta = { readonly kind: 'kept' } & Pick<
  CommitMeta,
  'costNanoUsd' | 'catalogue' | 'overrunNanoUsd'
>;

export interface ReleaseMeta {
  readonly kind: 'release';
  readonly call: Call;
  readonly sent: boolean;
}

export interface DenialMeta {
  readonly kind: 'denial';
  readonly call: Call;
  readonly reason: DenialReason;
  readonly refusals: readonly Refusal[];
  /** Denials of the same budget, scope and reason since the last line, this one included. */
  readonly count: number;
}

/** The call that a record is about, if it is about one. */
export function callOf(meta: EntryMeta | undefined): Call | undefined {
  return meta && meta.kind !== 'admin' && meta.kind !== 'kept' ? meta.call : undefined;
}

/** An act of administration: what was changed, in words, and who did it. */
export interface AdminMeta {
  readonly kind: 'admin';
  /** `set budget team-daily`, `top-up of $50.00`, `reset`. */
  readonly act: string;
  /** Name of the token, or of the part of Spendfuse itself. */
  readonly by: string;
}

/** As `GET /api/entries` shows it. Amounts of money are decimal strings of nano-USD. */
export interface Entry {
  /** Of the reservation. */
  readonly id: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly time: string;
  readonly verb:
    | 'reserve'
    | 'commit'
    | 'release'
    | 'extend'
    | 'record'
    | 'expire'
    | 'deny'
    | 'reset'
    | 'configure';
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: string | null;
  readonly model: string | null;
  readonly operation: string | null;
  /** What was used by kind: of a commit, record. */
  readonly usage: Usage | null;
  readonly usageSource: UsageSource | null;
  /** What the verb charged, an expiry included; null where nothing is charged or no price is known. */
  readonly costNanoUsd: string | null;
  /** What a reserve holds. */
  readonly heldNanoUsd: string | null;
  readonly decision: 'granted' | 'clamped' | 'downgraded' | 'denied' | null;
  /** The clamp, if there was one. */
  readonly maxOutputTokens: number | null;
  /** Of a reserve for another model than the one asked for: that one. */
  readonly askedModel: string | null;
  /** Of a reserve: budgets in shadow mode that would have refused. */
  readonly shadowBudgets: readonly string[];
  readonly reason: DenialReason | null;
  /** Budgets that refused. */
  readonly budgets: readonly string[];
  readonly catalogue: string | null;
  readonly late: boolean;
  /** How many denials the line stands for. */
  readonly count: number;
  /** Of `reset` and `configure`: what was done, in words. */
  readonly act: string | null;
  /** Who did it; null: Spendfuse itself. */
  readonly by: string | null;
}
