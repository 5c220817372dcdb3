// One verb under way, and all that are: in order, those that settle bounded in number.
import type { Verb } from '@spendfuse/protocol';
import { verbs } from './verbs.ts';

export interface CallOptions {
  readonly verb: Verb;
  /** As the wire has it. */
  readonly message: object;
  /** How long to wait for an answer once it was sent. Infinity: until there is one. */
  readonly waitMs: number;
  /** The caller has given up on this message, but the authority may carry it out, or has. */
  readonly onAbandoned?: ((message: object) => void) | undefined;
  /** In a file that another process has left. */
  readonly isTakenOver?: boolean | undefined;
}

export interface OpenCall extends CallOptions {
  /** Grows from call to call. */
  readonly number: number;
  /** What the wire calls it: `number` in 32 bits, never 0, unique among open calls. */
  readonly seq: number;
  /** Ends a reservation or counts usage. */
  readonly settles: boolean;
  /** By the monotonic clock, as all that were made in one turn of the event loop. */
  readonly bornAtMs: number;
  /** When it first left; undefined: the authority cannot know of it. */
  sentAtMs: number | undefined;
  state: 'queued' | 'sent' | 'over';
  /** Whether it is in a file, should this process end before there is an answer: in the own, or another. */
  kept: 'no' | 'own' | 'other';
  readonly answer: PromiseWithResolvers<unknown>;
}

export function settles(call: OpenCall): boolean {
  return call.settles;
}

/**
 * All calls without an answer. Those that settle are the spool while the authority is away; after a
 * break everything is sent again in order, as ids make repeats harmless.
 *
 * They are kept in a ring by their numbers. A Map would do, but one that sees an entry come and go with
 * every call makes the garbage collector take most of what is young for alive.
 */
export class OpenCalls {
  #ring: (OpenCall | undefined)[] = emptyRing(256);
  #last = 0;
  #size = 0;
  #settling = 0;
  /** In order; those that are over are passed over. */
  #queue: OpenCall[] = [];

  get size(): number {
    return this.#size;
  }

  /** How many of them settle. */
  get settling(): number {
    return this.#settling;
  }

  add(options: CallOptions, bornAtMs: number): OpenCall {
    if (2 * this.#size >= this.#ring.length) this.#grow();
    const number = this.#nextNumber();
    const { verb, message, waitMs, onAbandoned, isTakenOver } = options;
    const call: OpenCall = {
      verb,
      message,
      waitMs,
      onAbandoned,
      isTakenOver,
      number,
      seq: number % TWO_32,
      settles: verbs[verb].settles,
      bornAtMs,
      sentAtMs: undefined,
      state: 'queued',
      kept: isTakenOver ? 'other' : 'no',
      answer: Promise.withResolvers<unknown>(),
    };
    this.#ring[this.#place(number)] = call;
    this.#queue.push(call);
    this.#size += 1;
    if (settles(call)) this.#settling += 1;
    return call;
  }

  get(seq: number): OpenCall | undefined {
    const call = this.#ring[this.#place(seq)];
    return call?.seq === seq ? call : undefined;
  }

  /** Whether it was there. */
  remove(call: OpenCall): boolean {
    if (call.state === 'over') return false;
    call.state = 'over';
    this.#ring[this.#place(call.number)] = undefined;
    this.#size -= 1;
    if (settles(call)) this.#settling -= 1;
    return true;
  }

  /** The oldest first. */
  all(): readonly OpenCall[] {
    return this.#ring.filter((call) => call !== undefined).sort((a, b) => a.number - b.number);
  }

  /** While there is no link: then none is sent. */
  oldestSettling(): OpenCall | undefined {
    return this.#queue.find((call) => isQueued(call) && settles(call));
  }

  unsent(): readonly OpenCall[] {
    if (!this.#queue.every(isQueued)) this.#queue = this.#queue.filter(isQueued);
    return this.#queue;
  }

  /** So many of `unsent` have left, from the first on. */
  sent(count: number, nowMs: number): void {
    for (let i = 0; i < count; i++) {
      const call = this.#queue[i] as OpenCall;
      call.sentAtMs ??= nowMs;
      call.state = 'sent';
    }
    this.#queue = this.#queue.slice(count);
  }

  /** To be sent again. */
  unsend(call: OpenCall): void {
    if (call.state !== 'sent') return;
    call.state = 'queued';
    this.#queue.push(call);
  }

  /** What has left may not have arrived. */
  unsendAll(): void {
    this.#queue = [...this.all()];
    for (const call of this.#queue) call.state = 'queued';
  }

  /** One whose place is free. */
  #nextNumber(): number {
    do this.#last += 1;
    while (this.#last % TWO_32 === 0 || this.#ring[this.#place(this.#last)]);
    return this.#last;
  }

  #place(number: number): number {
    return (number & (this.#ring.length - 1)) >>> 0;
  }

  #grow(): void {
    const calls = this.#ring;
    this.#ring = emptyRing(2 * calls.length);
    for (const call of calls) if (call) this.#ring[this.#place(call.number)] = call;
  }
}

const TWO_32 = 2 ** 32;

function isQueued(call: OpenCall): boolean {
  return call.state === 'queued';
}

/** Of a power of 2. */
function emptyRing(length: number): (OpenCall | undefined)[] {
  return Array.from({ length });
}
