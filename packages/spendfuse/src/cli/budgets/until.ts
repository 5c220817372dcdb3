// Until when: `2h`, `Friday 18:00`, `2026-11-27T18:00`, as typed for an override.
import { instantOf, localTimeAt, parseIsoTime } from '@spendfuse/authority';
import { invalid, isTimeZone, parseDurationMs } from '@spendfuse/core';

export interface UntilOptions {
  /** IANA; of the day and the time of day. */
  readonly zone: string;
  readonly nowMs: number;
  /** Named in errors. */
  readonly field: string;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const DAYS = `today|tomorrow|${WEEKDAYS.map((day) => `${day.slice(0, 3)}(?:${day.slice(3)})?`).join('|')}`;
const DAY_AND_TIME = new RegExp(`^(?:(${DAYS})\\s+)?([01]?\\d|2[0-3]):([0-5]\\d)$`, 'iu');
const FORMS = "2h, 30d, 18:00, 'tomorrow 18:00', 'Friday 18:00', 2026-11-27 or 2026-11-27T18:00";

/**
 * The instant in ms since the epoch: the first one after now that the text can mean.
 * @throws SpendfuseError `INVALID_ARGUMENT` for another text, a zone that is none, or the past
 */
export function parseUntil(text: string, options: UntilOptions): number {
  const { zone, nowMs, field } = options;
  if (!isTimeZone(zone)) {
    throw invalid('--zone', `"${zone}" is no IANA time zone; write it like Europe/Berlin`);
  }
  const untilMs = meaningOf(text.trim(), { zone, nowMs });
  if (untilMs === undefined) throw invalid(field, `"${text}" is no time; write it like ${FORMS}`);
  if (untilMs > nowMs) return untilMs;
  throw invalid(field, `"${text}" is ${new Date(untilMs).toISOString()}, which is in the past`);
}

type Where = Pick<UntilOptions, 'zone' | 'nowMs'>;

function meaningOf(text: string, where: Where): number | undefined {
  if (/^\d+\s*[smhd]$/u.test(text)) return where.nowMs + parseDurationMs(text);
  return dayAndTime(text, where) ?? parseIsoTime(text, where.zone);
}

function dayAndTime(text: string, { zone, nowMs }: Where): number | undefined {
  const [, day, hour, minute] = DAY_AND_TIME.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const today = localTimeAt(nowMs, zone);
  const instantIn = (days: number): number =>
    instantOf(
      { ...today, day: today.day + days, hour: Number(hour), minute: Number(minute), second: 0 },
      zone,
    );
  const named = day?.toLowerCase();
  if (named === 'today') return instantIn(0);
  if (named === 'tomorrow') return instantIn(1);
  if (named === undefined) return instantIn(0) > nowMs ? instantIn(0) : instantIn(1);
  const weekday = WEEKDAYS.findIndex((each) => each.startsWith(named));
  const { year, month } = today;
  const ahead = (weekday - new Date(Date.UTC(year, month - 1, today.day)).getUTCDay() + 7) % 7;
  return instantIn(ahead) > nowMs ? instantIn(ahead) : instantIn(ahead + 7);
}

/** `Fri, Nov 27, 2026, 18:00 (Europe/Berlin)` */
export function timeText(ms: number, zone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
  return `${weekday.format(ms)}, ${format.format(ms)} (${zone})`;
}

/** Of this machine. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
