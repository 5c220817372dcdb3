// The one grammar of limits, `amount unit / window`, in YAML, on the command line and in the API.
import type { Limit, LimitAmount, Unit } from './budget.ts';
import { isTimeZone, PERIODS, type Period } from './calendar.ts';
import { invalid } from './errors.ts';
import { CUSTOM_UNIT, unitRule } from './limits/registry.ts';
import { formatUsd, isAmount, parseUsd } from './money.ts';
import type { Window } from './window.ts';

export interface GrammarOptions {
  /** Time zone of calendar windows; default UTC. */
  readonly zone?: string;
  /** Named in errors. */
  readonly field?: string;
}

const EXAMPLES =
  '$5/day, 100k tokens/minute, 10 requests/rolling 60s, 3 concurrent, $0.10/request, $50/30d, $20';
const COUNT = /^(\d+(?:\.\d+)?)\s*(k|m|g)?\s+([a-z][a-z0-9_ ]*)$/i;
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
const MAX_FIXED_MS = 3660 * 86_400_000;
const UNIT_WORDS: readonly (readonly [RegExp, Unit])[] = [
  [/^tokens?$/, 'tokens'],
  [/^input[ _]tokens?$/, 'input_tokens'],
  [/^output[ _]tokens?$/, 'output_tokens'],
  [/^requests?$/, 'requests'],
  [/^(?:concurrent(?: (?:requests?|calls?))?|concurrency)$/, 'concurrency'],
];

/**
 * `$5/day`, `100k tokens/minute`, `10 requests/rolling 60s`, `3 concurrent`, `$0.10/request`, `$20`
 * (lifetime), `50 tool_calls/day` (a custom unit: its name has an underscore). `/minute` and `/hour`
 * roll; `/day`, `/week`, `/month`, `/quarter` and `/year` follow the calendar; `/30d` has periods of
 * that length, one after the other.
 * @throws SpendfuseError `INVALID_ARGUMENT` saying what is wrong and showing the forms there are.
 */
export function parseLimit(text: string, options: GrammarOptions = {}): Limit & { amount: number } {
  const { zone = 'UTC', field = 'limit' } = options;
  if (!isTimeZone(zone)) throw invalid(field, `"${zone}" is no IANA time zone`);
  const slash = text.indexOf('/');
  const amountText = (slash === -1 ? text : text.slice(0, slash)).trim();
  const windowText = slash === -1 ? undefined : text.slice(slash + 1).trim();
  const { unit, amount } = parseAmount(amountText, { text, field });
  const window = parseWindow(windowText, { text, field, zone });
  checkTogether({ unit, window }, { text, field });
  return { unit, amount, window };
}

/** An amount without a window: `$5`, `100k tokens`. @throws SpendfuseError `INVALID_ARGUMENT` */
export function parseUnitAmount(text: string, field = 'amount'): { unit: Unit; amount: number } {
  return parseAmount(text.trim(), { text, field });
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for a unit that cannot be limited in this window. */
export function checkTogether(limit: Pick<Limit, 'unit' | 'window'>, place: Place): void {
  const { unit, window } = limit;
  if (unit === 'concurrency' && window.kind !== 'lifetime') {
    throw invalid(place.field, `"${place.text}": calls at the same time have no window`);
  }
  if (window.kind === 'request' && !unitRule(unit).perRequest) {
    throw invalid(place.field, `"${place.text}": a limit per request is one of cost or tokens`);
  }
}

/** What is read, and the field it stands in, for errors. */
export interface Place {
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
  return { unit: parseUnit(word, { text, field }), amount: rounded };
}

function parseUnit(word: string, { text, field }: Place): Unit {
  const wanted = word.toLowerCase();
  const known = UNIT_WORDS.find(([form]) => form.test(wanted));
  if (known) return known[1];
  if (CUSTOM_UNIT.test(wanted)) return wanted;
  const custom = 'a custom unit has an underscore, such as tool_calls';
  throw invalid(field, `"${text}": unknown unit "${word}"; forms: ${EXAMPLES}; ${custom}`);
}

/** `day`, `rolling 60s`, `30d`, `lifetime` (the default). @throws SpendfuseError `INVALID_ARGUMENT` */
export function parseWindow(name: string | undefined, place: Place & { zone: string }): Window {
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
  if (DURATION.test(name)) {
    const lengthMs = parseDurationMs(name, place.field);
    if (lengthMs >= 1000 && lengthMs <= MAX_FIXED_MS) {
      return { kind: 'fixed', lengthMs, anchorMs: undefined };
    }
    throw invalid(place.field, `"${place.text}": a fixed window has 1 s to 3660 days`);
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

/** The text that `parseLimit` reads back (zone, anchor and amounts by plan aside). */
export function formatLimit({ unit, amount, window }: Limit): string {
  const what = formatAmount(unit, amount);
  return window.kind === 'lifetime' ? what : `${what}/${formatWindow(window)}`;
}

/** `$5.00`, `100 tokens`, `3 concurrent`, `$1.00 to $20.00 by plan`. */
export function formatAmount(unit: Unit, amount: LimitAmount): string {
  if (typeof amount === 'object') {
    const all = [...Object.values(amount.values), amount.default];
    const [least, most] = [Math.min(...all), Math.max(...all)];
    return `${formatCount(unit, least)} to ${formatAmount(unit, most)} by ${amount.by}`;
  }
  if (unit === 'cost') return formatUsd(amount);
  return `${amount} ${unit === 'concurrency' ? 'concurrent' : unit}`;
}

function formatCount(unit: Unit, amount: number): string {
  return unit === 'cost' ? formatUsd(amount) : String(amount);
}

/** `day`, `rolling 60s`, `30d`, `request`, `lifetime`. */
export function formatWindow(window: Window): string {
  switch (window.kind) {
    case 'calendar':
      return window.period;
    case 'rolling':
      return `rolling ${window.lengthMs / 1000}s`;
    case 'fixed':
      return formatDuration(window.lengthMs);
    default:
      return window.kind;
  }
}

/** The text that `parseDurationMs` reads back, in the largest unit that divides it. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    const length = DURATION_MS[unit] ?? 1;
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  }
  return `${ms / 1000}s`;
}
