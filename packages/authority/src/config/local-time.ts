// Times of a clock on the wall in a time zone, and the instants they stand for.

export interface LocalTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * `2026-01-31` (its first instant), `2026-01-31T18:00` (both by the clock of the zone),
 * `2026-01-31T18:00Z` or `…+01:00`: in ms since the epoch. Undefined: none of them, or no such day.
 */
export function parseIsoTime(text: string, zone: string): number | undefined {
  const parts = ISO.exec(text.trim());
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const local = { year, month, day, hour, minute, second } as LocalTime;
  if (!exists(local)) return undefined;
  const offset = parts[7];
  if (offset === undefined) return instantOf(local, zone);
  const [hours = 0, minutes = 0] = offset === 'Z' ? [] : offset.slice(1).split(':').map(Number);
  const offsetMs = (hours * 60 + minutes) * 60_000 * (offset.startsWith('-') ? -1 : 1);
  return hours > 18 || minutes > 59 ? undefined : utcOf(local) - offsetMs;
}

/**
 * The first instant at which a clock in the zone shows this time. One that is skipped when clocks go
 * forward is as late after the change as it would have been.
 */
export function instantOf(local: LocalTime, zone: string): number {
  const utcMs = utcOf(local);
  const before = utcMs - offsetAt(utcMs - DAY_MS, zone);
  const after = utcMs - offsetAt(utcMs + DAY_MS, zone);
  const shown = [before, after]
    .filter((ms) => utcOf(localTimeAt(ms, zone)) === utcMs)
    .toSorted((a, b) => a - b);
  return shown[0] ?? before;
}

const DAY_MS = 86_400_000;

/** What a clock in the zone shows. */
export function localTimeAt(ms: number, zone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = format.formatToParts(ms).map(({ type, value }) => [type, Number(value)] as const);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return { year, month, day, hour, minute, second } as LocalTime;
}

function offsetAt(ms: number, zone: string): number {
  const seconds = Math.floor(ms / 1000) * 1000;
  return utcOf(localTimeAt(seconds, zone)) - seconds;
}

function utcOf({ year, month, day, hour, minute, second }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function exists(local: LocalTime): boolean {
  const at = new Date(utcOf(local));
  return (
    at.getUTCMonth() === local.month - 1 &&
    at.getUTCDate() === local.day &&
    at.getUTCHours() === local.hour &&
    at.getUTCMinutes() === local.minute &&
    local.second < 60
  );
}
