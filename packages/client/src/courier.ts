// Brings calls to the authority and their answers back: batches, deadlines, spool, rest.
import { SpendfuseError } from '@spendfuse/core';
import type { Answers, ArrivedAnswer, Verb } from '@spendfuse/protocol';
import { atExit } from './at-exit.ts';
import { type CallOptions, type OpenCall, OpenCalls, settles } from './call.ts';
import { Connection } from './connection.ts';
import type { Log } from './log.ts';
import { Spool } from './spool/spool.ts';
import { verbs } from './verbs.ts';

export interface CourierOptions {
  /** As the user wrote it, for messages. */
  readonly endpoint: string;
  /** As gRPC names it. */
  readonly target: string;
  readonly log: Log | undefined;
  /** Settling calls that are kept while the authority is away. */
  readonly maxSpooled: number;
  /** Where they are kept for another process as well. */
  readonly spoolDir: string | undefined;
}

/** A call that cannot be sent is given up when the authority has been away for this long ... */
const AWAY_MS = 1000;
/** ... and has had this long to come back for the call itself; longer where it may be about to. */
const AWAY_MIN_MS = 250;
/** With nothing under way for this long the session is let go: it keeps the process alive. */
const IDLE_MS = 200;
/** Settling calls that the authority cannot take now are sent again after this time. */
const DEFER_MS = 500;
const LOOK_EVERY_MS = 50;
/** Settling calls without an answer for so long are kept in a file too. */
const KEEP_AFTER_MS = 1000;

const UNDELIVERED = 'ended with calls that were not delivered';
/** With one that cannot be used, the spool has told why. */
const WITHOUT_SPOOL =
  ', so no budget knows what they used; SPENDFUSE_SPOOL_DIR names a folder that would have kept them';

export interface CourierStats {
  /** Settling calls that wait for the authority to come back. */
  readonly spooled: number;
  /** Settling calls that were given up because too many were waiting. */
  readonly dropped: number;
  readonly reconnects: number;
}

export class Courier {
  readonly #options: CourierOptions;
  readonly #connection: Connection;
  readonly #calls = new OpenCalls();
  #flushing = false;
  #turnAtMs = 0;
  #closed = false;
  #dropped = 0;
  #emptySinceMs = 0;
  #lookTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;
  #keepTimer: NodeJS.Timeout | undefined;
  readonly #spool: Spool | undefined;
  readonly #stopWatchingExit: () => void;

  constructor(options: CourierOptions) {
    this.#options = options;
    const { spoolDir: folder, log } = options;
    const open = (): readonly OpenCall[] => this.#calls.all().filter(settles);
    this.#spool = folder === undefined ? undefined : new Spool({ folder, open, log });
    this.#stopWatchingExit = atExit(() => this.#leave());
    this.#connection = new Connection({
      target: options.target,
      listener: {
        onReady: () => this.#flush(),
        onAnswer: (answer) => this.#receive(answer),
        onLost: () => this.#resume(),
      },
    });
  }

  /** Rejects with SpendfuseError; what settles only when that is final, or in `close`. */
  call<V extends Verb>(options: CallOptions & { readonly verb: V }): Promise<Answers[V]> {
    if (this.#closed) {
      const closed = Promise.reject(unavailable('the client is closed'));
      // Whoever settles need not wait for it.
      if (verbs[options.verb].settles) closed.catch(() => {});
      return closed;
    }
    const call = this.#calls.add(options, this.#turnMs());
    if (!this.#connection.link) this.#boundSpool();
    this.#flushSoon();
    return call.answer.promise as Promise<Answers[V]>;
  }

  /** For what does not go through the courier. */
  get connection(): Connection {
    return this.#connection;
  }

  get stats(): CourierStats {
    const { link, reconnects } = this.#connection;
    return { spooled: link ? 0 : this.#calls.settling, dropped: this.#dropped, reconnects };
  }

  /** Gives open calls this long, rejects the rest with UNAVAILABLE, and lets go. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    if (this.#calls.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#keepTimer);
    this.#stopWatchingExit();
    this.#connection.close();
    this.#leave();
    for (const call of this.#calls.all()) this.#abandon(call, 'has not answered before the end');
  }

  /** The time when the first call of this turn of the event loop was made. */
  #turnMs(): number {
    if (!this.#flushing) this.#turnAtMs = performance.now();
    return this.#turnAtMs;
  }

  /** All calls of one turn of the event loop leave together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const calls = this.#calls.unsent();
    this.#look();
    if (calls.length === 0) return;
    const { link } = this.#connection;
    if (!link) this.#spool?.keep(calls.filter(settles));
    else this.#keepSoon();
    if (!link) return this.#connection.want({ urgent: this.#calls.size > this.#calls.settling });
    if (link.busy) return;
    const count = link.send(calls);
    this.#calls.sent(count, performance.now());
    if (count > 0) return;
    const [first] = calls;
    if (first) this.#reject(first, tooLarge());
    this.#flush();
  }

  #receive(arrived: ArrivedAnswer): void {
    const call = this.#calls.get(arrived.seq);
    if (!call) return;
    if ('error' in arrived) return this.#refused(call, arrived.error);
    if (arrived.verb !== call.verb) return this.#reject(call, answersAnother());
    this.#remove(call);
    call.answer.resolve(arrived.answer);
  }

  #refused(call: OpenCall, error: SpendfuseError): void {
    if (!settles(call)) return this.#reject(call, error);
    if (isPassing(error)) return this.#defer(call);
    // Its caller need not have waited for it.
    const { verb } = call;
    this.#options.log?.warn('a call was not counted', { verb, code: error.code });
    this.#reject(call, error);
  }

  #defer(call: OpenCall): void {
    this.#spool?.keep([call]);
    const again = (): void => {
      this.#calls.unsend(call);
      this.#flushSoon();
    };
    setTimeout(again, DEFER_MS).unref();
  }

  #resume(): void {
    this.#calls.unsendAll();
    this.#boundSpool();
    if (this.#calls.size > 0) this.#flushSoon();
  }

  /** What the authority has got, but does not answer. */
  #keepSoon(): void {
    if (!this.#spool || this.#keepTimer || this.#calls.settling === 0) return;
    this.#keepTimer = setTimeout(() => {
      this.#keepTimer = undefined;
      const bornBeforeMs = performance.now() - KEEP_AFTER_MS;
      const late = this.#calls.all().filter((call) => call.bornAtMs <= bornBeforeMs);
      this.#spool?.keep(late.filter(settles));
      this.#keepSoon();
    }, KEEP_AFTER_MS).unref();
  }

  /** At the end: what has no answer stays for another process, or is lost. */
  #leave(): void {
    const open = this.#calls.all().filter(settles);
    if (this.#spool?.leave(open)) return;
    // What was sent has most likely arrived.
    const lost = open.filter(({ state, kept }) => state === 'queued' && kept === 'no').length;
    const { endpoint, spoolDir, log } = this.#options;
    const advice = spoolDir === undefined ? WITHOUT_SPOOL : '';
    if (lost > 0) log?.warn(`${UNDELIVERED}${advice}`, { endpoint, calls: lost });
  }

  #boundSpool(): void {
    const { endpoint, maxSpooled, log } = this.#options;
    while (!this.#connection.link && this.#calls.settling > maxSpooled) {
      const oldest = this.#calls.oldestSettling();
      if (!oldest) return;
      if (this.#dropped === 0) log?.warn('the spool is full; the oldest are dropped', { endpoint });
      this.#dropped += 1;
      this.#reject(oldest, unavailable(`the spool is full: ${maxSpooled} are waiting`));
    }
  }

  /** Looks for calls whose time is up, again and again as long as any has a time. */
  #look(): void {
    if (this.#lookTimer || this.#calls.size === this.#calls.settling) return;
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = undefined;
      const nowMs = performance.now();
      for (const call of this.#calls.all()) this.#lookAt(call, nowMs);
      this.#look();
    }, LOOK_EVERY_MS);
  }

  #lookAt(call: OpenCall, nowMs: number): void {
    if (settles(call)) return;
    const { link, isDialling, awaySinceMs, lastError } = this.#connection;
    if (call.sentAtMs !== undefined && nowMs >= call.sentAtMs + call.waitMs) {
      this.#abandon(call, `has not answered in ${call.waitMs} ms`);
    } else if (!link && awaySinceMs !== undefined) {
      const ownMs = isDialling ? AWAY_MS : AWAY_MIN_MS;
      const untilMs = Math.max(awaySinceMs + AWAY_MS, call.bornAtMs + ownMs);
      if (nowMs >= untilMs) this.#abandon(call, `cannot be reached: ${lastError}`);
    }
  }

  #abandon(call: OpenCall, why: string): void {
    this.#reject(call, unavailable(`the authority at ${this.#options.endpoint} ${why}`));
  }

  #reject(call: OpenCall, error: SpendfuseError): void {
    if (!this.#remove(call)) return;
    // Whoever settles need not wait for it.
    if (settles(call)) call.answer.promise.catch(() => {});
    call.answer.reject(error);
    if (error.code === 'UNAVAILABLE' && call.sentAtMs !== undefined)
      call.onAbandoned?.(call.message);
  }

  #remove(call: OpenCall): boolean {
    const removed = this.#calls.remove(call);
    if (removed) this.#spool?.forget(call);
    if (removed && this.#calls.size === 0) {
      this.#onEmpty?.();
      this.#emptySinceMs = performance.now();
      this.#restWhenIdle(IDLE_MS);
    }
    return removed;
  }

  #restWhenIdle(inMs: number): void {
    this.#idleTimer ??= setTimeout(() => {
      this.#idleTimer = undefined;
      if (this.#calls.size > 0) return;
      const leftMs = this.#emptySinceMs + IDLE_MS - performance.now();
      if (leftMs > 0) this.#restWhenIdle(leftMs);
      else this.#connection.rest();
    }, inMs).unref();
  }
}

/** Not now, but perhaps later. */
function isPassing({ code }: SpendfuseError): boolean {
  return code === 'UNAVAILABLE' || code === 'RESOURCE_EXHAUSTED';
}

function unavailable(message: string): SpendfuseError {
  return new SpendfuseError({ code: 'UNAVAILABLE', message });
}

function answersAnother(): SpendfuseError {
  const message = 'the answer of the authority is one to another verb';
  return new SpendfuseError({ code: 'INTERNAL', message });
}

function tooLarge(): SpendfuseError {
  const message = 'the call is larger than a message may be (1 MiB)';
  return new SpendfuseError({ code: 'INVALID_ARGUMENT', message });
}
