// Alert: something that somebody should hear of, as data; its words are in alert-text.ts.
import type { Budget, DenialReason, Labels, Unit } from '@spendfuse/core';

/** In the order of the documentation. */
export const ALERT_EVENTS = [
  'threshold',
  'overdraft',
  'denied',
  'unpriced',
  'expired',
  'overrun',
  'clock_jump',
  'ledger_failed',
  'ledger_recovered',
  'config_rejected',
  'test',
] as const;

export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Where a limit stands. Amounts are nano-USD for `cost`, else counts. */
export interface LimitFacts {
  readonly budget: string;
  /** Undefined: several scopes, told together because they are many. */
  readonly scope: Labels | undefined;
  readonly unit: Unit;
  /** As written: `day`, `rolling 60s`, `lifetime`. */
  readonly window: string;
  /** The amount in force. */
  readonly limit: number;
  readonly committed: number;
  readonly reserved: number;
  readonly resetAtMs?: number | undefined;
}

/** How often something has happened since it was last told of. */
export interface Counted {
  readonly count: number;
}

export interface ModelFacts extends Counted {
  /** Undefined, as the model: several, told together because they are many. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
}

export type AlertContent =
  | (LimitFacts & {
      readonly event: 'threshold';
      readonly mode: Budget['mode'];
      /** The highest share of the amount that is reached: 0.8 is 80 %. */
      readonly threshold: number;
      /** It was told before, and is still so. */
      readonly repeated: boolean;
    })
  | (LimitFacts & { readonly event: 'overdraft'; readonly mode: Budget['mode'] })
  | (LimitFacts &
      ModelFacts & {
        readonly event: 'denied';
        readonly reason: DenialReason;
        /** Of the latest call. */
        readonly requested: number;
      })
  | (ModelFacts & { readonly event: 'unpriced' | 'expired' })
  | (ModelFacts & {
      readonly event: 'overrun';
      /** Of all of them together. */
      readonly overrunNanoUsd: number;
    })
  /** Negative: the clock went back. */
  | { readonly event: 'clock_jump'; readonly jumpMs: number }
  | { readonly event: 'ledger_failed' }
  | { readonly event: 'ledger_recovered'; readonly downMs: number }
  /** `detail` says what is wrong with the file, one line for each mistake. */
  | { readonly event: 'config_rejected'; readonly detail: string }
  | { readonly event: 'test' };

export type Alert = AlertContent & {
  /** UUIDv7; the same however often the alert is delivered. */
  readonly id: string;
  readonly atMs: number;
};

/** What happens often, so that it is counted and told now and then. */
export type Notice = Extract<AlertContent, Counted>;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

export function severityOf(alert: AlertContent): Severity {
  switch (alert.event) {
    case 'threshold':
      return alert.threshold < 1 ? 'warning' : 'critical';
    case 'overdraft':
    case 'ledger_failed':
      return 'critical';
    case 'expired':
    case 'ledger_recovered':
    case 'test':
      return 'info';
    default:
      return 'warning';
  }
}

/** The budget an alert is about; undefined: it is about no budget in particular. */
export function budgetOfAlert(alert: AlertContent): string | undefined {
  return 'budget' in alert ? alert.budget : undefined;
}
