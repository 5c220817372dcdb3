// Windows are buckets: which bucket a reservation falls into, and which buckets count for its ceiling.
import { calendarStart, calendarNext, type Period } from './calendar.ts';

export type Window =
  | { readonly kind: 'request' }
  /** Limits *admission* over the last `lengthMs`, in granules of a sixtieth. */
  | { readonly kind: 'rolling'; readonly lengthMs: number }
  /** A period of the calendar in an IANA time zone. */
  | { readonly kind: 'calendar'; readonly period: Period; readonly zone: string }
  /** Periods of one length, one after the other from `anchorMs` on (undefined: from the epoch). */
  | { readonly kind: 'fixed'; readonly lengthMs: number; readonly anchorMs: number | undefined }
  | { readonly kind: 'lifetime' };

/** Every window but `request`, which has no counter. */
export type CountedWindow = Exclude<Window, { kind: 'request' }>;

/** The place of one instant in a window. Stores compare bucket numbers and know nothing else. */
export interface Bucket {
  readonly bucket: number;
  /** The first bucket that still counts for the ceiling. */
  readonly oldestBucket: number;
  /** From when on nothing can refer to the bucket any more, in ms; Infinity: never. */
  readonly forgetAtMs: number;
  /** The instants from `fromMs` on and before `untilMs` have this same place. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How long ids and closed buckets are remembered: 24 h. */
export const HORIZON_MS = 24 * 3_600_000;

const GRANULES = 60;

/** The canonical text of a window, part of every counter's identity. */
export function windowKey(window: Window): string {
  switch (window.kind) {
    case 'rolling':
      return `rolling:${window.lengthMs}`;
    case 'calendar':
      return `${window.period}:${window.zone}`;
    case 'fixed':
      // Without the anchor: moving it starts a new period of the same counter.
      return `fixed:${window.lengthMs}`;
    default:
      return window.kind;
  }
}

export function bucketAt(window: CountedWindow, nowMs: number): Bucket {
  switch (window.kind) {
    case 'rolling':
      return rollingPlace(window.lengthMs, Math.floor((nowMs * GRANULES) / window.lengthMs));
    case 'calendar':
      return periodPlace(calendarStart(window, nowMs), calendarNext(window, nowMs));
    case 'fixed': {
      const startMs = fixedStart(window, nowMs);
      return periodPlace(startMs, startMs + window.lengthMs);
    }
    case 'lifetime':
      return LIFETIME;
  }
}

/** All buckets whose *end* is inside the window count: at most one granule too careful. */
function rollingPlace(lengthMs: number, bucket: number): Bucket {
  const startMs = (number: number): number => Math.ceil((number * lengthMs) / GRANULES);
  return {
    bucket,
    oldestBucket: bucket - GRANULES,
    forgetAtMs: startMs(bucket + 2 * GRANULES + 1) + HORIZON_MS,
    fromMs: startMs(bucket),
    untilMs: startMs(bucket + 1),
  };
}

function periodPlace(startMs: number, endMs: number): Bucket {
  const forgetAtMs = endMs + HORIZON_MS;
  return { bucket: startMs, oldestBucket: startMs, forgetAtMs, fromMs: startMs, untilMs: endMs };
}

const LIFETIME: Bucket = {
  bucket: 0,
  oldestBucket: 0,
  forgetAtMs: Number.POSITIVE_INFINITY,
  fromMs: Number.NEGATIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY,
};

type FixedWindow = Extract<Window, { kind: 'fixed' }>;

function fixedStart({ lengthMs, anchorMs = 0 }: FixedWindow, nowMs: number): number {
  return anchorMs + Math.floor((nowMs - anchorMs) / lengthMs) * lengthMs;
}

export interface ResetQuery {
  readonly window: CountedWindow;
  readonly nowMs: number;
  /** For a rolling window: the newest bucket that has to leave for the amount to fit. */
  readonly leavingBucket?: number | undefined;
}

/** When a ceiling has room again without anything being given back; undefined: never. */
export function resetAtMs({ window, nowMs, leavingBucket }: ResetQuery): number | undefined {
  switch (window.kind) {
    case 'rolling': {
      const last = leavingBucket ?? Math.floor((nowMs * GRANULES) / window.lengthMs);
      // Bucket b has left once the current bucket is past b + 60.
      return Math.ceil(((last + GRANULES + 1) * window.lengthMs) / GRANULES);
    }
    case 'calendar':
      return calendarNext(window, nowMs);
    case 'fixed':
      return fixedStart(window, nowMs) + window.lengthMs;
    case 'lifetime':
      return undefined;
  }
}
