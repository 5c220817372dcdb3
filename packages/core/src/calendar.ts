// Calendar periods in an IANA time zone, right across DST changes, month ends and leap days.

export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

export const PERIODS: readonly Period[] = ['day', 'week', 'month', 'quarter', 'year'];

export interface CalendarWindow {
  readonly period: Period;
  readonly zone: string;
}

/** The first instant of the period that holds `nowMs`, in ms since the epoch. */
export function calendarStart(window: CalendarWindow, nowMs: number): number {
  return spanOf(window, nowMs).startMs;
}

/** The first instant of the period after the one that holds `nowMs`. */
export function calendarNext(window: CalendarWindow, nowMs: number): number {
  return spanOf(window, nowMs).endMs;
}

/** Those that were asked for: making a format takes as long as reading hundreds of limits. */
const knownZones = new Set<string>();

export function isTimeZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    knownZones.add(zone);
    return true;
  } catch {
    return false;
  }
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** The latest spans of each window, the one used last in front: nearly every call falls into it. */
const latestSpans = new WeakMap<CalendarWindow, Span[]>();
/** Calls that are recorded late fall into earlier ones; a week of days is as far back as they may. */
const MAX_SPANS = 8;

function spanOf(window: CalendarWindow, nowMs: number): Span {
  let spans = latestSpans.get(window);
  if (!spans) {
    spans = [];
    latestSpans.set(window, spans);
  }
  const at = spans.findIndex(({ startMs, endMs }) => nowMs >= startMs && nowMs < endMs);
  const span = at === -1 ? makeSpan(window, nowMs) : (spans[at] as Span);
  if (at !== 0) {
    if (at > 0) spans.splice(at, 1);
    spans.unshift(span);
    if (spans.length > MAX_SPANS) spans.pop();
  }
  return span;
}

function makeSpan(window: CalendarWindow, nowMs: number): Span {
  const [first, next] = localPeriod(window.period, localDate(window.zone, nowMs));
  return {
    startMs: firstInstantOf(first, window.zone),
    endMs: firstInstantOf(next, window.zone),
  };
}

/** A local date as the UTC midnight of the same year, month and day: comparable, and never ambiguous. */
type LocalDate = number;

function localPeriod(period: Period, date: LocalDate): readonly [LocalDate, LocalDate] {
  const at = new Date(date);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (period) {
    case 'day':
      return [date, Date.UTC(year, month, day + 1)];
    case 'week': {
      const monday = day - ((at.getUTCDay() + 6) % 7);
      return [Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7)];
    }
    case 'month':
      return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
    case 'quarter': {
      const first = month - (month % 3);
      return [Date.UTC(year, first, 1), Date.UTC(year, first + 3, 1)];
    }
    case 'year':
      return [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localDate(zone: string, ms: number): LocalDate {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
    formats.set(zone, format);
  }
  const part = { year: 0, month: 0, day: 0 };
  for (const { type, value } of format.formatToParts(ms)) {
    if (type === 'year' || type === 'month' || type === 'day') part[type] = Number(value);
  }
  return Date.UTC(part.year, part.month - 1, part.day);
}

const FURTHEST_OFFSET_S = 15 * 3600;

/**
 * The first instant whose local date is `date` or later. Local dates never go back, so halving the
 * interval finds it, also where midnight does not exist on that day. Offsets are whole seconds.
 */
function firstInstantOf(date: LocalDate, zone: string): number {
  let before = -FURTHEST_OFFSET_S;
  let reached = FURTHEST_OFFSET_S;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (localDate(zone, date + middle * 1000) >= date) reached = middle;
    else before = middle;
  }
  return date + reached * 1000;
}
