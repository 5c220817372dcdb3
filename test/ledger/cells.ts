// Which cells of the table of verbs and states the scenarios have been through.
import { parseDurationMs } from '@spendfuse/core';
import type { Step } from './scenario.ts';

export type State = 'open' | 'committed' | 'released' | 'expired' | 'unknown';

const VERBS = ['commit', 'release', 'extend'] as const;
const STATES: readonly State[] = ['open', 'committed', 'released', 'expired', 'unknown'];
const DEFAULT_TTL_MS = 120_000;

interface Known {
  state: State;
  expiresAtMs: number;
}

export interface Noted {
  readonly step: Step;
  readonly name: string;
  readonly before: State;
  readonly words: readonly string[];
  readonly nowMs: number;
}

/** A book kept by the scenarios themselves, from what they were answered. */
export class Cells {
  readonly #seen = new Set<string>();
  #known = new Map<string, Known>();

  /** A new scenario: other ids. */
  begin(): this {
    this.#known = new Map();
    return this;
  }

  stateOf(name: string, nowMs: number): State {
    const known = this.#known.get(name);
    if (known?.state === 'open' && known.expiresAtMs <= nowMs) known.state = 'expired';
    return known?.state ?? 'unknown';
  }

  note({ step, name, before, words: [answer], nowMs }: Noted): void {
    const { verb, words, options } = step;
    if ((VERBS as readonly string[]).includes(verb)) {
      const withCall = before === 'unknown' && words.includes('with-call') ? ' with call' : '';
      this.#seen.add(`${verb} × ${before}${withCall}`);
    }
    if (answer === 'granted') {
      const ttlMs = options['ttl'] === undefined ? DEFAULT_TTL_MS : parseDurationMs(options['ttl']);
      if (before === 'unknown')
        this.#known.set(name, { state: 'open', expiresAtMs: nowMs + ttlMs });
    }
    const known = this.#known.get(name);
    if (answer === 'extended' && known) {
      known.expiresAtMs = Math.max(known.expiresAtMs, nowMs + parseDurationMs(words[1] ?? '0s'));
    }
    if (answer !== 'ok') return;
    if (verb === 'commit' || verb === 'record') this.#set(name, 'committed');
    if (verb === 'release' && before !== 'unknown') this.#set(name, 'released');
  }

  /** Cells that no scenario has been through. */
  missing(): readonly string[] {
    const cells = VERBS.flatMap((verb) => STATES.map((state) => `${verb} × ${state}`));
    return [...cells, 'commit × unknown with call'].filter((cell) => !this.#seen.has(cell));
  }

  #set(name: string, state: State): void {
    this.#known.set(name, { state, expiresAtMs: 0 });
  }
}
