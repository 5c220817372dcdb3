// Readers of the single values of a budgets file: what each may be, and what is said of what it may not.
import {
  checkLabels,
  isAmount,
  isTimeZone,
  type Limit,
  parseDurationMs,
  parseLimit,
  SpendfuseError,
  utf8Length,
} from '@spendfuse/core';
import { parsePrice } from '../prices/decimal.ts';
import { nearest, type Reader, type Report, wrongType } from './reading.ts';

const NAME_RULE = 'a lower-case letter, then up to 62 of a-z 0-9 _ . -';

export const budgetId: Reader<string> = (value, report) => {
  const id = readText(value, report);
  if (id !== undefined && !isName(id))
    report(`"${id}" is no id of a budget; an id is ${NAME_RULE}`);
  return id;
};

/** Of a label that calls carry, or that is computed from them. */
export const labelName: Reader<string> = (value, report) => {
  const name = readText(value, report);
  if (name !== undefined && !isName(name)) {
    report(`"${name}" is no name of a label; a name is ${NAME_RULE}`);
  }
  return name;
};

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

export const pattern: Reader<string> = (value, report) => {
  const text = readText(value, report);
  if (text === '' || text === '!') report('an empty pattern matches nothing; write * for anything');
  if (text !== undefined && utf8Length(text) > MAX_PATTERN_BYTES) {
    report(`a pattern has at most ${MAX_PATTERN_BYTES} bytes`);
  }
  return text;
};

export const timeZone: Reader<string> = (value, report) => {
  const zone = readText(value, report);
  if (zone !== undefined && !isTimeZone(zone)) {
    const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
    const advice = near ? `did you mean "${near}"?` : 'write it like Europe/Berlin or UTC';
    report(`"${zone}" is no IANA time zone; ${advice}`);
  }
  return zone;
};

/** Calendar windows get their zone later: it may stand further down in the file. */
export const limit: Reader<Limit> = (value, report) => {
  if (typeof value === 'number') {
    return report(
      `${value} is no limit: it has no unit; write it like $5/day or 100k tokens/minute`,
    );
  }
  const text = readText(value, report);
  return text === undefined ? undefined : reported(report, () => parseLimit(text));
};

const MAX_WAIT_MS = 3_600_000;

export const waitMs: Reader<number> = (value, report) => {
  if (typeof value !== 'string') return report(wrongType('a duration such as 10s', value));
  const ms = reported(report, () => parseDurationMs(value));
  if (ms !== undefined && ms > MAX_WAIT_MS) report(`"${value}": a call waits at most 1h`);
  return ms;
};

export const tokenCount: Reader<number> = (value, report) => {
  if (isAmount(value) && value > 0) return value;
  return report(wrongType('a whole number of tokens from 1 up', value));
};

/** In USD per million tokens. */
export const price: Reader<string | number> = (value, report) => {
  if (typeof value !== 'string' && typeof value !== 'number') {
    return report(wrongType('a price in USD per million tokens such as $0.15', value));
  }
  reported(report, () => parsePrice(value));
  return value;
};

export function choice<const T extends string>(choices: readonly T[]): Reader<T> {
  return (value, report) => {
    const found = choices.find((one) => one === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' && nearest(value, choices);
    const advice = near ? `; did you mean ${near}?` : '';
    return report(wrongType(`one of ${choices.join(', ')}`, value) + advice);
  };
}

function readText(value: unknown, report: Report): string | undefined {
  if (typeof value === 'string') return value;
  const bare = typeof value === 'number' || typeof value === 'boolean';
  return report(wrongType('text', value) + (bare ? `; put it in quotes: "${value}"` : ''));
}

/** What core reads, or its complaint without the name of the field. */
function reported<T>(report: Report, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { message, field } = SpendfuseError.from(error);
    return report(field === undefined ? message : message.slice(field.length + 2));
  }
}
