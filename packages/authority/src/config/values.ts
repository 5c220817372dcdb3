// Readers of the single values of a budgets file: what each may be, and what is said of what it may not.
import {
  checkLabels,
  isAmount,
  isTimeZone,
  parseDurationMs,
  SpendfuseError,
  utf8Length,
} from '@spendfuse/core';
import { parsePrice } from '../prices/decimal.ts';
import { parseIsoTime } from './local-time.ts';
import { described, nearest, type Reader, type Report, wrongType } from './reading.ts';

const NAME_RULE = 'a lower-case letter, then up to 62 of a-z 0-9 _ . -';

const nameJson = { type: 'string', pattern: '^[a-z][a-z0-9_.-]{0,62}$' } as const;

export const budgetId = described<string>(nameJson, (value, report) => {
  const id = readText(value, report);
  if (id !== undefined && !isName(id)) {
    report(`"${id}" is no id of a budget; an id is ${NAME_RULE}`);
  }
  return id;
});

/** Of a label that calls carry, or that is computed from them. */
export const labelName = described<string>(nameJson, (value, report) => {
  const name = readText(value, report);
  if (name !== undefined && !isName(name)) {
    report(`"${name}" is no name of a label; a name is ${NAME_RULE}`);
  }
  return name;
});

const COMPUTED_LABELS: readonly string[] = ['provider', 'model', 'operation'];

function isName(name: string): boolean {
  if (COMPUTED_LABELS.includes(name)) return true;
  try {
    checkLabels({ [name]: 'any' });
    return true;
  } catch {
    return false;
  }
}

const MAX_PATTERN_BYTES = 256;

export const pattern = described<string>({ type: 'string' }, (value, report) => {
  const text = readText(value, report);
  if (text === '' || text === '!') report('an empty pattern matches nothing; write * for anything');
  if (text !== undefined && utf8Length(text) > MAX_PATTERN_BYTES) {
    report(`a pattern has at most ${MAX_PATTERN_BYTES} bytes`);
  }
  return text;
});

export const timeZone = described<string>({ type: 'string' }, (value, report) => {
  const zone = readText(value, report);
  if (zone !== undefined && !isTimeZone(zone)) {
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
    const advice = near ? `did you mean "${near}"?` : 'write it like Europe/Berlin or UTC';
    report(`"${zone}" is no IANA time zone; ${advice}`);
  }
  return zone;
});

interface DurationRange {
  readonly example: string;
  readonly leastMs?: number;
  readonly mostMs: number;
  /** Said of a duration outside of them. */
  readonly outside: string;
}

const durationJson = { type: 'string', pattern: '^\\s*\\d+\\s*[smhd]\\s*$' } as const;

export function duration({ example, leastMs = 0, mostMs, outside }: DurationRange): Reader<number> {
  return described<number>(durationJson, (value, report) => {
    if (typeof value !== 'string') return report(wrongType(`a duration such as ${example}`, value));
    const ms = reported(report, () => parseDurationMs(value));
    if (ms !== undefined && (ms < leastMs || ms > mostMs)) report(`"${value}": ${outside}`);
    return ms;
  });
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const waitMs = duration({
  example: '10s',
  mostMs: HOUR_MS,
  outside: 'a call waits at most 1h',
});

export const repeatMs = duration({
  example: '1h',
  leastMs: 60_000,
  mostMs: 31 * DAY_MS,
  outside: 'an alert is repeated after 1m to 31d',
});

export const idleMs = duration({
  example: '90d',
  leastMs: DAY_MS,
  mostMs: 3660 * DAY_MS,
  outside: 'what is idle is forgotten after 1d to 3660d',
});

const PERCENT = /^(\d{1,4}(?:\.\d{1,2})?)\s*%$/;

/** `80%` as 0.8. */
export const share = described<number>(
  { type: 'string', pattern: '^\\d{1,4}(\\.\\d{1,2})?\\s*%$' },
  (value, report) => {
    if (typeof value === 'number') return report(`${value} is no share; write it like 80%`);
    const text = readText(value, report);
    if (text === undefined) return undefined;
    const percent = Number(PERCENT.exec(text)?.[1]);
    if (percent > 0 && percent <= 1000) return percent / 100;
    return report(`"${text}" is no share of a limit; write it like 80%, up to 1000%`);
  },
);

/** A date, or a time with or without an offset: read when the zone is known. */
export const isoTime = described<string>({ type: 'string' }, (value, report) => {
  const text = readText(value, report);
  if (text === undefined || parseIsoTime(text, 'UTC') !== undefined) return text;
  return report(`"${text}" is no date; write it like 2026-01-31 or 2026-01-31T18:00Z`);
});

const wholeJson = { type: 'integer', minimum: 1 };

export const scopeCount = described<number>(wholeJson, (value, report) => {
  if (isAmount(value) && value > 0 && value <= MOST_SCOPES) return value;
  return report(wrongType('a whole number of scopes from 1 to 100000000', value));
});

const MOST_SCOPES = 100_000_000;

export const tokenCount = described<number>(wholeJson, (value, report) => {
  if (isAmount(value) && value > 0) return value;
  return report(wrongType('a whole number of tokens from 1 up', value));
});

/** In USD per million tokens. */
export const price = described<string | number>({ type: ['string', 'number'] }, (value, report) => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return report(wrongType('a price in USD per million tokens such as $0.15', value));
  }
  reported(report, () => parsePrice(value));
  return value;
});

export function choice<const T extends string>(choices: readonly T[]): Reader<T> {
  return described({ enum: choices }, (value, report) => {
    const found = choices.find((one) => one === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' && nearest(value, choices);
    const advice = near ? `; did you mean ${near}?` : '';
    return report(wrongType(`one of ${choices.join(', ')}`, value) + advice);
  });
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readText(value: unknown, report: Report): string | undefined {
  if (typeof value === 'string') return value;
  const bare = typeof value === 'number' || typeof value === 'boolean';
  return report(wrongType('text', value) + (bare ? `; put it in quotes: "${value}"` : ''));
}

/** What core reads, or its complaint without the name of the field. */
export function reported<T>(report: Report, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { message, field } = SpendfuseError.from(error);
    return report(field === undefined ? message : message.slice(field.length + 2));
  }
}
