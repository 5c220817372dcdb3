// Alerts in words: what a person reads in a chat, a log or a mail.
import { formatUsd, type Labels, NANO_USD_PER_USD, type Unit } from '@spendfuse/core';
import type { Alert, AlertContent, LimitFacts, ModelFacts } from './alert.ts';

export interface AlertText {
  /** A few words: `team-daily: 80 % spent`. */
  readonly title: string;
  /** One or more sentences with all that matters. */
  readonly text: string;
}

export function alertText(alert: Alert): AlertText {
  const { title, sentences } = wordsOf(alert);
  return { title, text: sentences.filter((each) => each !== '').join(' ') };
}

interface Words {
  readonly title: string;
  readonly sentences: readonly string[];
}

function wordsOf(alert: AlertContent): Words {
  switch (alert.event) {
    case 'threshold': {
      const { budget, threshold, repeated, mode } = alert;
      const share = percent(threshold);
      const still = repeated ? 'still ' : '';
      const sentence = `${still}at ${share} or more: ${standing(alert)}.`;
      const sentences = [`${subject(alert)} is ${sentence}`, resets(alert), shadow(mode)];
      return { title: `${budget}: ${share} spent`, sentences };
    }
    case 'overdraft': {
      const sentence = `${subject(alert)} is above its limit: ${standing(alert)}.`;
      const sentences = [sentence, resets(alert), shadow(alert.mode)];
      return { title: `${alert.budget}: above its limit`, sentences };
    }
    case 'denied': {
      const { budget, reason, count, requested, unit } = alert;
      const what = `${calls(count)} of ${model(alert)} refused by ${subject(alert)}`;
      const asked = `The latest asked for ${amount(unit, requested)}.`;
      const sentences = [`${what}: ${reason}, ${standing(alert)}.`, asked, resets(alert)];
      return { title: `${budget}: ${calls(count)} refused (${reason})`, sentences };
    }
    case 'unpriced': {
      const add = 'Add a price under `prices:` in the budgets file.';
      const sentences = [`No price is known for ${model(alert)} (${calls(alert.count)}).`, add];
      return { title: `no price: ${model(alert)}`, sentences };
    }
    case 'expired': {
      const reservations = alert.count === 1 ? '1 reservation' : `${alert.count} reservations`;
      const sentence = `${reservations} of ${model(alert)} expired before the calls were settled.`;
      return { title: `${reservations} expired`, sentences: [sentence] };
    }
    case 'overrun': {
      const { count, overrunNanoUsd } = alert;
      const more = `${formatUsd(overrunNanoUsd)} more than was reserved`;
      const sentence = `${calls(count)} of ${model(alert)} came to ${more}.`;
      return { title: `${calls(count)} over the reservation`, sentences: [sentence] };
    }
    default:
      return wordsOfSystem(alert);
  }
}

function wordsOfSystem(alert: Exclude<AlertContent, { event: BudgetEvent }>): Words {
  switch (alert.event) {
    case 'clock_jump': {
      const way = alert.jumpMs < 0 ? 'back' : 'forward';
      const title = `the clock was set ${way} by ${duration(Math.abs(alert.jumpMs))}`;
      return { title, sentences: [`On this host ${title}. No window is opened again.`] };
    }
    case 'ledger_failed': {
      const sentence = 'The ledger cannot be written; no call is decided until it can.';
      return { title: 'the ledger is not ready', sentences: [sentence] };
    }
    case 'ledger_recovered': {
      const sentence = `The ledger is ready again after ${duration(alert.downMs)}.`;
      return { title: 'the ledger is ready again', sentences: [sentence] };
    }
    case 'config_rejected': {
      const sentences = ['The budgets file is wrong; the one before stays in force.', alert.detail];
      return { title: 'the budgets file was not taken', sentences };
    }
    case 'test': {
      const sentence = 'This is a test. If you read it, alerts of Spendfuse arrive here.';
      return { title: 'a test', sentences: [sentence] };
    }
  }
}

type BudgetEvent = 'threshold' | 'overdraft' | 'denied' | 'unpriced' | 'expired' | 'overrun';

/** `team-daily (team=search)` */
function subject({ budget, scope }: LimitFacts): string {
  if (scope === undefined) return `${budget} (in other scopes)`;
  return Object.keys(scope).length === 0 ? budget : `${budget} (${scopeText(scope)})`;
}

/** `team=search,user=u1` */
export function scopeText(scope: Labels): string {
  return Object.entries(scope)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** `$4.01 of $5.00/day spent, $0.20 held for calls in flight` */
function standing({ unit, window, limit, committed, reserved }: LimitFacts): string {
  const ceiling = amount(unit, limit);
  if (unit === 'concurrency') return `${count(reserved)} of ${ceiling} in flight`;
  const per = window === 'lifetime' ? '' : `/${window}`;
  const held = reserved > 0 ? `, ${amount(unit, reserved)} held for calls in flight` : '';
  return `${amount(unit, committed)} of ${ceiling}${per} spent${held}`;
}

function amount(unit: Unit, value: number): string {
  if (unit === 'cost') return usd(value);
  return unit === 'concurrency' ? count(value) : `${count(value)} ${unit.replaceAll('_', ' ')}`;
}

/** To the cent, where that is exact enough to tell. */
function usd(nanoUsd: number): string {
  const cents = Math.round(nanoUsd / (NANO_USD_PER_USD / 100));
  return cents >= 100 ? formatUsd(cents * (NANO_USD_PER_USD / 100)) : formatUsd(nanoUsd);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function calls(value: number): string {
  return value === 1 ? '1 call' : `${count(value)} calls`;
}

function model({ provider, model: name }: ModelFacts): string {
  return name === undefined ? 'other models' : `${name} (${provider ?? 'unknown'})`;
}

function resets({ resetAtMs }: LimitFacts): string {
  return resetAtMs === undefined ? '' : `It starts anew at ${minute(resetAtMs)}.`;
}

function shadow(mode: 'enforce' | 'shadow'): string {
  return mode === 'shadow' ? 'The budget is in shadow mode: no call is refused.' : '';
}

/** `80 %` */
function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** `2026-10-19 00:00 UTC` */
function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `45 s`, `12 min`, `3.5 h` */
function duration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}
