// Notices: what happens often is told at once the first time, and then as a count per interval.
import { scopeKeyOf } from '@spendfuse/core';
import type { Notice } from './alert.ts';

export interface NoticesOptions {
  readonly denialsEveryMs: number;
}

interface Tally {
  dueMs: number;
  /** What was not told yet; undefined: nothing. */
  held: Notice | undefined;
}

const MINUTE_MS = 60_000;

const EVERY_MS = {
  unpriced: 60 * MINUTE_MS,
  expired: 10 * MINUTE_MS,
  overrun: 10 * MINUTE_MS,
} as const;

/** Scopes of one budget and reason (or models) told of by name in an interval; the rest is one count. */
const MAX_NAMED = 20;

export class Notices {
  #options: NoticesOptions;
  /** By what they are about (budget and reason), then by scope or model. */
  readonly #groups = new Map<string, Map<string, Tally>>();

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  configure(options: NoticesOptions): void {
    this.#options = options;
  }

  /** What to tell now, if anything. */
  add(notice: Notice, nowMs: number): Notice | undefined {
    const group = this.#group(groupOf(notice));
    const name = nameOf(notice);
    const isFull = !group.has(name) && group.size >= MAX_NAMED;
    const told = isFull ? withoutName(notice) : notice;
    const tally = group.get(isFull ? OTHERS : name);
    if (tally) {
      tally.held = added(tally.held, told);
      return undefined;
    }
    group.set(isFull ? OTHERS : name, { dueMs: nowMs + this.#everyMs(told), held: undefined });
    return told;
  }

  /** The counts that are due; `all`: also those that are not. */
  flush({ nowMs, all }: { readonly nowMs: number; readonly all: boolean }): readonly Notice[] {
    const due: Notice[] = [];
    for (const [key, group] of this.#groups) {
      for (const [name, tally] of group) {
        if (!all && nowMs < tally.dueMs) continue;
        if (tally.held === undefined) {
          group.delete(name);
          continue;
        }
        due.push(tally.held);
        tally.dueMs = nowMs + this.#everyMs(tally.held);
        tally.held = undefined;
      }
      if (group.size === 0) this.#groups.delete(key);
    }
    return due;
  }

  #group(key: string): Map<string, Tally> {
    let group = this.#groups.get(key);
    if (!group) {
      group = new Map();
      this.#groups.set(key, group);
    }
    return group;
  }

  #everyMs({ event }: Notice): number {
    return event === 'denied' ? this.#options.denialsEveryMs : EVERY_MS[event];
  }
}

/** No scope and no model has this key. */
const OTHERS = '|';

function groupOf(notice: Notice): string {
  return notice.event === 'denied' ? `denied|${notice.budget}|${notice.reason}` : notice.event;
}

function nameOf(notice: Notice): string {
  if (notice.event === 'denied') return scopeKeyOf(notice.scope ?? {});
  return `${notice.provider ?? ''}/${notice.model ?? ''}`;
}

function withoutName(notice: Notice): Notice {
  if (notice.event === 'denied') return { ...notice, scope: undefined };
  return { ...notice, provider: undefined, model: undefined };
}

/** The facts of the latest, the sums of both. */
function added(held: Notice | undefined, notice: Notice): Notice {
  if (!held) return notice;
  const count = held.count + notice.count;
  if (held.event !== 'overrun' || notice.event !== 'overrun') return { ...notice, count };
  return { ...notice, count, overrunNanoUsd: held.overrunNanoUsd + notice.overrunNanoUsd };
}
