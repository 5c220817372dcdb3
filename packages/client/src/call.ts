// One verb under way, and all that are: in order, those that settle bounded in number.
import type { SpendfuseError } from '@spendfuse/core';
import type { WireSessionCall } from '@spendfuse/protocol';
import { type Verb, verbs } from './verbs.ts';

export interface CallOptions {
  readonly verb: Verb;
  readonly message: object;
  /** How long to wait for an answer once it was sent. Infinity: until there is one. */
  readonly waitMs: number;
  /** The caller has given up, but the authority may carry it out, or has. */
  readonly onAbandoned?: (() => void) | undefined;
}

export interface OpenCall extends CallOptions {
  readonly seq: number;
  /** As a session sends it. */
  readonly envelope: WireSessionCall;
  /** By the monotonic clock. */
  readonly bornAtMs: number;
  /** When it first left; undefined: the authority cannot know of it. */
  sentAtMs: number | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: SpendfuseError) => void;
}

export function settles(call: OpenCall): boolean {
  return verbs[call.verb].settles;
}

/**
 * All calls without an answer, the oldest first. Those that settle are the spool while the authority
 * is away; after a break everything is sent again in order, as ids make repeats harmless.
 */
export class OpenCalls {
  readonly #bySeq = new Map<number, OpenCall>();
  /** Not sent on the present link. */
  #unsent = new Set<OpenCall>();
  #settling = 0;

  get size(): number {
    return this.#bySeq.size;
  }

  /** How many of them settle. */
  get settling(): number {
    return this.#settling;
  }

  add(call: OpenCall): void {
    this.#bySeq.set(call.seq, call);
    this.#unsent.add(call);
    if (settles(call)) this.#settling += 1;
  }

  get(seq: number): OpenCall | undefined {
    return this.#bySeq.get(seq);
  }

  /** Whether it was there. */
  remove(call: OpenCall): boolean {
    this.#unsent.delete(call);
    const removed = this.#bySeq.delete(call.seq);
    if (removed && settles(call)) this.#settling -= 1;
    return removed;
  }

  all(): readonly OpenCall[] {
    return [...this.#bySeq.values()];
  }

  oldestSettling(): OpenCall | undefined {
    for (const call of this.#bySeq.values()) if (settles(call)) return call;
    return undefined;
  }

  unsent(): readonly OpenCall[] {
    return [...this.#unsent];
  }

  sent(calls: readonly OpenCall[], nowMs: number): void {
    for (const call of calls) {
      this.#unsent.delete(call);
      call.sentAtMs ??= nowMs;
    }
  }

  /** To be sent again. */
  unsend(call: OpenCall): void {
    if (this.#bySeq.has(call.seq)) this.#unsent.add(call);
  }

  /** What has left may not have arrived. */
  unsendAll(): void {
    this.#unsent = new Set(this.#bySeq.values());
  }
}
