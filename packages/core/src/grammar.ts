// The one grammar of limits, `amount unit / window`, in YAML, on the command line and in the API.
import type { Limit, Unit } from './budget.ts';
import { isTimeZone, PERIODS, type Period } from './calendar.ts';
import { invalid } from './errors.ts';
import { formatUsd, isAmount, parseUsd } from './money.ts';
import type { Window } from './window.ts';

export interface GrammarOptions {
  /** Time zone of calendar windows; default UTC. */
  readonly zone?: string;
  /** Named in errors. */
  readonly field?: string;
}

const EXAMPLES = '$5/day, 100k tokens/minute, 10 requests/rolling 60s, $0.10/request, $20';
const COUNT = /^(\d+(?:\.\d+)?)\s*(k|m|g)?\s+(tokens?|requests?)$/i;
const SCALES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9 };
const DURATION = /^(\d+)\s*(s|m|h|d)$/;
const DURATION_MS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
const ROLLING_NAMES: Readonly<Record<string, number>> = {
  minute: 60_000,
  m: 60_000,
  hour: 3_600_000,
  h: 3_600_000,
};
const MAX_ROLLING_MS = 31 * 86_400_000;

/**
 * `$5/day`, `100k tokens/minute`, `10 requests/rolling 60s`, `$0.10/request`, `$20` (lifetime).
 * `/minute` and `/hour` roll; `/day`, `/week`, `/month`, `/quarter` and `/year` follow the calendar.
 * @throws SpendfuseError `INVALID_ARGUMENT` saying what is wrong and showing the forms there are.
 */
export function parseLimit(text: string, options: GrammarOptions = {}): Limit {
  const { zone = 'UTC', field = 'limit' } = options;
  if (!isTimeZone(zone)) throw invalid(field, `"${zone}" is no IANA time zone`);
  const slash = text.indexOf('/');
  const amountText = (slash === -1 ? text : text.slice(0, slash)).trim();
  const windowText = slash === -1 ? undefined : text.slice(slash + 1).trim();
  const { unit, amount } = parseAmount(amountText, { text, field });
  const window = parseWindow(windowText, { text, field, zone });
  if (unit === 'requests' && window.kind === 'request') {
    throw invalid(field, `"${text}": a limit per request is one of cost or tokens`);
  }
  return { unit, amount, window };
}

interface Place {
  readonly text: string;
  readonly field: string;
}

function parseAmount(amount: string, { text, field }: Place): { unit: Unit; amount: number } {
  if (amount.startsWith('$')) return { unit: 'cost', amount: parseUsd(amount, field) };
  const parts = COUNT.exec(amount);
  if (!parts) throw invalid(field, `"${text}" is no limit; write it like ${EXAMPLES}`);
  const [, number = '', scale = '', word = ''] = parts;
  const count = Number(number) * (SCALES[scale.toLowerCase()] ?? 1);
  const rounded = Math.round(count);
  if (!isAmount(rounded) || Math.abs(count - rounded) > 1e-6) {
    throw invalid(field, `"${text}": ${amount} is no whole number a counter can hold`);
  }
  return { unit: word.toLowerCase().startsWith('t') ? 'tokens' : 'requests', amount: rounded };
}

function parseWindow(name: string | undefined, place: Place & { zone: string }): Window {
  if (name === undefined || name === 'lifetime') return { kind: 'lifetime' };
  if (name === 'request') return { kind: 'request' };
  const rolling = ROLLING_NAMES[name];
  if (rolling !== undefined) return { kind: 'rolling', lengthMs: rolling };
  const period = name === 'mo' ? 'month' : name;
  if ((PERIODS as readonly string[]).includes(period)) {
    return { kind: 'calendar', period: period as Period, zone: place.zone };
  }
  if (name.startsWith('rolling ')) {
    const lengthMs = parseDurationMs(name.slice('rolling '.length), place.field);
    if (lengthMs >= 1000 && lengthMs <= MAX_ROLLING_MS) return { kind: 'rolling', lengthMs };
    throw invalid(place.field, `"${place.text}": a rolling window has 1 s to 31 days`);
  }
  throw invalid(place.field, `"${place.text}": unknown window "${name}"; forms: ${EXAMPLES}`);
}

/** `90s`, `10m`, `2h`, `30d` in ms. @throws SpendfuseError `INVALID_ARGUMENT` */
export function parseDurationMs(text: string, field = 'duration'): number {
  const parts = DURATION.exec(text.trim());
  const ms = parts ? Number(parts[1]) * (DURATION_MS[parts[2] ?? ''] ?? Number.NaN) : Number.NaN;
  if (!isAmount(ms)) throw invalid(field, `"${text}" is no duration; write it like 90s, 10m or 2h`);
  return ms;
}

/** The text that `parseLimit` reads back (the zone aside). */
export function formatLimit({ unit, amount, window }: Limit): string {
  const what = unit === 'cost' ? formatUsd(amount) : `${amount} ${unit}`;
  return window.kind === 'lifetime' ? what : `${what}/${formatWindow(window)}`;
}

/** `day`, `rolling 60s`, `request`, `lifetime`. */
export function formatWindow(window: Window): string {
  if (window.kind === 'calendar') return window.period;
  return window.kind === 'rolling' ? `rolling ${window.lengthMs / 1000}s` : window.kind;
}
