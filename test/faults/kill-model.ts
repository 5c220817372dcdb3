// What callers of a sidecar know of their calls: what was sent, what was acknowledged, what was refused.
import { SpendfuseError } from '@spendfuse/core';

export type Verb = 'reserve' | 'commit' | 'release' | 'extend' | 'record';

/** Something that was sent. `unknown`: no answer came, so it may have happened or not. */
export interface Act {
  readonly sentAtMs: number;
  /** Infinity: it is still under way. */
  endedAtMs: number;
  fate: 'pending' | 'acknowledged' | 'refused' | 'unknown';
}

export interface KnownCall {
  readonly id: string;
  /** A tuple of user, team and kind: the labels. */
  readonly user: string;
  readonly team: string;
  readonly kind: Kind;
  /** Tokens: as reserved, and as used. */
  readonly held: number;
  readonly used: number;
  /** Of a release: that the request was sent, so that it counts as one. */
  readonly wasSent: boolean;
  /** Of a record: when its call was made. */
  readonly madeAtMs: number | undefined;
  /** How often the sidecar had been started again when it was begun. */
  readonly bornAfter: number;
  /** From then on it may have expired; Infinity: it cannot. */
  expiresAtMs: number;
  readonly acts: Readonly<Record<Verb, Act[]>>;
  /** Entries of the history, by verb. */
  readonly found: Record<string, number>;
}

/** `call` is settled, `left` is reserved and left to expire, `record` was never reserved. */
export type Kind = 'call' | 'left' | 'record';

export type CallFields = Omit<KnownCall, 'acts' | 'found' | 'bornAfter' | 'expiresAtMs'>;

export class Model {
  readonly calls = new Map<string, KnownCall>();
  /** Refusals that no caller should have met. */
  readonly surprises: string[] = [];
  restarts = 0;
  readonly #nowMs: () => number;
  #acknowledged = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  begin(fields: CallFields): KnownCall {
    const acts = { reserve: [], commit: [], release: [], extend: [], record: [] };
    const call = { ...fields, bornAfter: this.restarts, expiresAtMs: Infinity, acts, found: {} };
    this.calls.set(call.id, call);
    return call;
  }

  /** Sends it; undefined: there was no answer, or a refusal. */
  async send<T>(acts: Act[], what: string, send: () => Promise<T>): Promise<T | undefined> {
    const act: Act = { sentAtMs: this.#nowMs(), endedAtMs: Infinity, fate: 'pending' };
    acts.push(act);
    try {
      const answer = await send();
      act.fate = 'acknowledged';
      this.#acknowledged += 1;
      return answer;
    } catch (thrown) {
      const { code, message } = SpendfuseError.from(thrown);
      act.fate = code === 'UNAVAILABLE' ? 'unknown' : 'refused';
      if (act.fate === 'refused') this.surprises.push(`${what}: ${code} ${message}`);
      return undefined;
    } finally {
      act.endedAtMs = this.#nowMs();
    }
  }
}

export function isAcknowledged(acts: readonly Act[], beforeMs = Infinity): boolean {
  return acts.some(({ fate, endedAtMs }) => fate === 'acknowledged' && endedAtMs < beforeMs);
}

/** It was sent, and not refused. */
export function mayHaveHappened(acts: readonly Act[]): boolean {
  return acts.some(({ fate }) => fate !== 'refused');
}

/** Random numbers that a seed gives again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    // Mulberry32: small, and good enough to mix verbs.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.whole(0, 255));
  }
}
