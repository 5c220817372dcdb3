// The alert watcher: looks at counters that have changed, and at all others in turn, without haste.
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mintId } from '@spendfuse/core';
import type { Alert, AlertContent } from './alert.ts';
import { clockJumpMs, type ClockReading } from './clock-jump.ts';
import { crossings } from './crossings.ts';
import { noticeOf } from './notice-of.ts';
import { Notices, type NoticesOptions } from './notices.ts';
import { SentMemory } from './sent-memory.ts';
import type { AlertSource, Changed } from './source.ts';

export interface AlertWatcherOptions extends NoticesOptions {
  readonly source: AlertSource;
  /** Hears of every alert, once; must not throw. */
  readonly onAlert: (alert: Alert) => void;
  /** Default: the wall clock, and one that nobody sets. */
  readonly readClock?: (() => ClockReading) | undefined;
}

const LOOK_EVERY_MS = 1000;
/** The event loop is never held longer than this in one go. */
const SLICE_MS = 2;
/** What looking at changed counters may take of each second. */
const MAX_CHANGED_MS = 50;
/** What the round through all counters takes of each second; more where nobody knows what changed. */
const ROUND_MS = 2;
const HASTY_ROUND_MS = 20;
const MAX_CHANGED = 50_000;

/**
 * What a call costs: its counters' keys are put into a set. Once a second these are looked at; what
 * changes without a call (another amount, an override that ends, time for a repeat) is found by a round
 * through all counters, which takes 2 ms of each second: a thousand counters are seen every second, a
 * million within some twenty minutes.
 */
export class AlertWatcher {
  readonly #source: AlertSource;
  readonly #onAlert: (alert: Alert) => void;
  readonly #readClock: () => ClockReading;
  readonly #notices: Notices;
  readonly #changed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #sent: SentMemory;
  /** Undefined: a new one begins. */
  #round: Iterator<string> | undefined;
  /** Rounds that have to be finished in haste, because nobody knows what has changed. */
  #hasty = 1;
  #notReadySinceMs: number | undefined;
  #clock: ClockReading;
  #looking: Promise<void> | undefined;

  constructor(options: AlertWatcherOptions) {
    const { source, onAlert } = options;
    this.#source = source;
    this.#onAlert = onAlert;
    this.#readClock = options.readClock ?? readClock;
    this.#notices = new Notices(options);
    this.#sent = new SentMemory(source.memory);
    this.#clock = this.#readClock();
    // The ledger remembers the latest time there was: a wall clock behind it was set back meanwhile.
    const { wallMs, steadyMs } = this.#clock;
    this.#clock = { wallMs: Math.max(wallMs, source.nowMs()), steadyMs };
    source.onChanged((changed) => this.#collect(changed));
    source.onEvent((event) => {
      const notice = noticeOf(event);
      const told = notice && this.#notices.add(notice, source.nowMs());
      if (told) this.tell(told);
    });
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  configure(options: NoticesOptions): void {
    this.#notices.configure(options);
    this.lookAtAll();
  }

  /** Soon, where anything may have changed. */
  lookAtAll(): void {
    // A round under way does not come back to what it has passed.
    this.#hasty = this.#round ? 2 : 1;
  }

  /** Makes an alert of it. */
  tell(content: AlertContent): void {
    const atMs = this.#source.nowMs();
    this.#onAlert({ ...content, id: mintId({ nowMs: atMs, random: randomBytes(10) }), atMs });
  }

  /** What the watcher does each second. Never throws. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Tells what is still held back. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.look();
    this.#tellNotices({ all: true });
  }

  async #look(): Promise<void> {
    this.#lookAtClock();
    this.#tellNotices({ all: false });
    if (!this.#lookAtLedger()) return;
    try {
      await this.#inSlices(MAX_CHANGED_MS, () => this.#nextChanged());
      await this.#inSlices(this.#hasty > 0 ? HASTY_ROUND_MS : ROUND_MS, () => this.#nextOfRound());
    } catch {
      // The ledger went away in the middle; the next look says so.
      this.#round = undefined;
      this.lookAtAll();
    }
  }

  #collect(changed: readonly Changed[]): void {
    for (const { counter } of changed) this.#changed.add(counter.key);
    if (this.#changed.size <= MAX_CHANGED) return;
    this.#changed.clear();
    this.lookAtAll();
  }

  async #inSlices(budgetMs: number, next: () => string | undefined): Promise<void> {
    const endMs = performance.now() + budgetMs;
    while (performance.now() < endMs) {
      const sliceEndMs = performance.now() + SLICE_MS;
      do {
        const key = next();
        if (key === undefined) return;
        this.#lookAt(key);
      } while (performance.now() < sliceEndMs);
      await nextTurn();
    }
  }

  #nextChanged(): string | undefined {
    for (const key of this.#changed) {
      this.#changed.delete(key);
      return key;
    }
    return undefined;
  }

  #nextOfRound(): string | undefined {
    this.#round ??= this.#everyKey();
    const { value, done } = this.#round.next();
    if (!done) return value;
    this.#round = undefined;
    if (this.#hasty > 0) this.#hasty -= 1;
    return undefined;
  }

  /** Those that are only remembered come last: their counters are gone, and so can they be. */
  *#everyKey(): Iterator<string> {
    yield* this.#source.counterKeys();
    yield* this.#sent.counterKeys();
  }

  #lookAt(key: string): void {
    const now = this.#source.standing(key);
    const before = this.#sent.get(key);
    if (!now) {
      if (before) this.#sent.set(key, undefined);
      return;
    }
    const { alerts, sent } = crossings({ before, now, nowMs: this.#source.nowMs() });
    this.#sent.set(key, sent);
    for (const alert of alerts) this.tell(alert);
  }

  #lookAtClock(): void {
    const now = this.#readClock();
    const jumpMs = clockJumpMs(this.#clock, now);
    this.#clock = now;
    if (jumpMs !== undefined) this.tell({ event: 'clock_jump', jumpMs });
  }

  #lookAtLedger(): boolean {
    const { steadyMs } = this.#clock;
    const isReady = this.#source.ready();
    if (!isReady && this.#notReadySinceMs === undefined) {
      this.#notReadySinceMs = steadyMs;
      this.tell({ event: 'ledger_failed' });
    } else if (isReady && this.#notReadySinceMs !== undefined) {
      const downMs = Math.round(steadyMs - this.#notReadySinceMs);
      this.#notReadySinceMs = undefined;
      this.lookAtAll();
      this.tell({ event: 'ledger_recovered', downMs });
    }
    return isReady;
  }

  #tellNotices({ all }: { readonly all: boolean }): void {
    for (const notice of this.#notices.flush({ nowMs: this.#source.nowMs(), all })) {
      this.tell(notice);
    }
  }
}

function readClock(): ClockReading {
  return { wallMs: Date.now(), steadyMs: performance.now() };
}
