// What a run and the process that has its sidecar tell each other: one JSON line each way in a life.
import type { Balance } from '@spendfuse/core';

export const WIRE_VERSION = 1;

/** Sent as soon as a run connects. */
export interface Welcome {
  readonly version: number;
  /** For SPENDFUSE_ENDPOINT. */
  readonly endpoint: string;
  /** Of the budgets in force. */
  readonly digest: string;
}

/** Sent when the run has closed its side: everything since it connected. */
export interface Totals {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  readonly refused: number;
  /** Calls whose model has no price. */
  readonly unpriced: number;
  readonly balances: readonly Balance[];
}
