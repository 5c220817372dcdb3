// Denials in the history: the first per budget, scope and reason in a second, then counts.
import { type Call, type Denied, scopeKeyOf } from '@spendfuse/core';
import type { DenialMeta } from './entry.ts';

interface Tally {
  noteAfterMs: number;
  suppressed: number;
  latest: DenialMeta & { readonly id: string };
}

export interface DenialNote {
  readonly id: string;
  readonly meta: DenialMeta;
}

const EVERY_MS = 1000;
const MAX_TALLIES = 10_000;

export class DenialNotes {
  readonly #tallies = new Map<string, Tally>();

  /** The note to write now, if it is time for one. */
  add(denial: { id: string; call: Call; denied: Denied; nowMs: number }): DenialNote | undefined {
    const { id, call, denied, nowMs } = denial;
    const { reason, refusals } = denied;
    const meta: DenialMeta = { kind: 'denial', call, reason, refusals, count: 1 };
    const first = refusals[0];
    const key = `${reason}|${first?.budget ?? ''}|${scopeKeyOf(first?.scope ?? {})}`;
    const tally = this.#tallies.get(key);
    if (tally && nowMs < tally.noteAfterMs) {
      tally.suppressed += 1;
      tally.latest = { ...meta, id };
      return undefined;
    }
    if (!tally && this.#tallies.size >= MAX_TALLIES) return { id, meta };
    const noteAfterMs = nowMs + EVERY_MS;
    this.#tallies.set(key, { noteAfterMs, suppressed: 0, latest: { ...meta, id } });
    return { id, meta: { ...meta, count: 1 + (tally?.suppressed ?? 0) } };
  }

  /** Notes for what was held back and is due; `all` also for what is not due yet. */
  flush({ nowMs, all }: { nowMs: number; all: boolean }): readonly DenialNote[] {
    const notes: DenialNote[] = [];
    for (const [key, { noteAfterMs, suppressed, latest }] of this.#tallies) {
      if (!all && nowMs < noteAfterMs) continue;
      this.#tallies.delete(key);
      const { id, ...meta } = latest;
      if (suppressed > 0) notes.push({ id, meta: { ...meta, count: suppressed } });
    }
    return notes;
  }
}
