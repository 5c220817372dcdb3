// The way to the authority: dialled on demand, redialled after a break, and known to be away or not.
import { type Client as GrpcClient, type ServiceError, status } from '@grpc/grpc-js';
import { SpendfuseError } from '@spendfuse/core';
import type { ArrivedAnswer } from '@spendfuse/protocol';
import { openChannel } from './channel.ts';
import type { Link, LinkListener } from './link.ts';
import { openSession } from './session.ts';
import { openUnary } from './unary.ts';

export interface ConnectionOptions {
  /** As gRPC names it. */
  readonly target: string;
  readonly listener: ConnectionListener;
}

export interface ConnectionListener {
  /** There is a link that is not busy. */
  onReady(): void;
  onAnswer(answer: ArrivedAnswer): void;
  /** The link is gone; what it was to answer has to be sent again. */
  onLost(): void;
}

/** How long an attempt may take from dialling to the welcome. */
const ATTEMPT_MS = 5000;
/** Fast at first: most breaks are restarts. */
const PAUSES_MS = [20, 50, 100, 200, 400, 1000];
/** The most while a call waits for a decision: it is soon given up, and the authority may be back. */
const URGENT_PAUSE_MS = 50;
/** After this time without an attempt an absence is forgotten: nobody has looked. */
const FORGET_AWAY_MS = 10_000;

export class Connection {
  readonly #target: string;
  readonly #listener: ConnectionListener;
  #state: 'idle' | 'dialling' | 'open' | 'closed' = 'idle';
  #grpc: GrpcClient | undefined;
  #link: Link | undefined;
  #awaySinceMs: number | undefined;
  #lastError: ServiceError | undefined;
  /** In a row. */
  #failures = 0;
  #failedAtMs = 0;
  #breaks = 0;
  #reconnects = 0;
  #dialTimer: NodeJS.Timeout | undefined;
  #attemptTimer: NodeJS.Timeout | undefined;

  constructor({ target, listener }: ConnectionOptions) {
    this.#target = target;
    this.#listener = listener;
  }

  /** Undefined while there is none. */
  get link(): Link | undefined {
    return this.#state === 'open' ? this.#link : undefined;
  }

  /** An attempt is under way. */
  get isDialling(): boolean {
    return this.#state === 'dialling';
  }

  /** Since when no link could be had, by the monotonic clock; undefined: not known to be so. */
  get awaySinceMs(): number | undefined {
    return this.#awaySinceMs;
  }

  /** Links opened again after one broke. */
  get reconnects(): number {
    return this.#reconnects;
  }

  /** Why there is no link: `connect ECONNREFUSED 127.0.0.1:4750`. */
  get lastError(): string {
    const details = this.#lastError?.details ?? 'it does not answer';
    return /Last error: (?:Error: )?(.+?)\. Resolution note/.exec(details)?.[1] ?? details;
  }

  /** For calls beside the link. @throws SpendfuseError `UNAVAILABLE` when closed. */
  channel(): GrpcClient {
    if (this.#state === 'closed') {
      throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'the client is closed' });
    }
    this.#grpc ??= openChannel(this.#target);
    return this.#grpc;
  }

  /** Dials, now or when the pause after the last failure is over. The timer keeps no process alive. */
  want({ urgent }: { readonly urgent: boolean }): void {
    if (this.#state !== 'idle') return;
    const nowMs = performance.now();
    const longMs = this.#failures === 0 ? 0 : (PAUSES_MS[this.#failures - 1] ?? 1000);
    const pauseMs = urgent ? Math.min(longMs, URGENT_PAUSE_MS) : longMs;
    const leftMs = this.#failedAtMs + pauseMs - nowMs;
    clearTimeout(this.#dialTimer);
    if (this.#failures === 0 || leftMs <= 0) return this.#dial(nowMs);
    this.#dialTimer = setTimeout(() => {
      if (this.#state === 'idle') this.#dial(performance.now());
    }, leftMs).unref();
  }

  /** Ends the link in good order; `want` opens the next. */
  rest(): void {
    if (this.#state !== 'open') return;
    this.#state = 'idle';
    this.#link?.close();
    this.#link = undefined;
  }

  close(): void {
    clearTimeout(this.#dialTimer);
    clearTimeout(this.#attemptTimer);
    this.#state = 'closed';
    this.#link?.close();
    this.#link = undefined;
    this.#grpc?.close();
    this.#grpc = undefined;
  }

  #dial(nowMs: number): void {
    this.#state = 'dialling';
    if (nowMs - this.#failedAtMs > FORGET_AWAY_MS) this.#awaySinceMs = undefined;
    this.#awaySinceMs ??= nowMs;
    const link = openSession({ grpc: this.channel(), listener: this.#listen(() => link) });
    this.#link = link;
    this.#attemptTimer = setTimeout(() => this.#fail(), ATTEMPT_MS).unref();
  }

  /** Events of links other than the present one come too late to matter. */
  #listen(self: () => Link): LinkListener {
    const present = (): boolean => this.#link === self();
    return {
      onOpen: () => present() && this.#open(),
      onReady: () => present() && this.#listener.onReady(),
      onAnswer: (answer) => present() && this.#listener.onAnswer(answer),
      onEnd: (error) => present() && this.#ended(error),
    };
  }

  #open(): void {
    clearTimeout(this.#attemptTimer);
    this.#state = 'open';
    this.#awaySinceMs = undefined;
    this.#failures = 0;
    if (this.#breaks > 0) this.#reconnects += 1;
    this.#breaks = 0;
    this.#listener.onReady();
  }

  #ended(error: ServiceError | undefined): void {
    if (error?.code === status.UNIMPLEMENTED && this.#state === 'dialling') {
      const link = openUnary({ grpc: this.channel(), listener: this.#listen(() => link) });
      this.#link = link;
      return this.#open();
    }
    this.#fail(error);
  }

  #fail(error?: ServiceError): void {
    clearTimeout(this.#attemptTimer);
    const nowMs = performance.now();
    const link = this.#link;
    this.#link = undefined;
    this.#state = 'idle';
    link?.close();
    // The next attempt has a channel of its own, so that no pause of gRPC's adds to ours.
    this.#grpc?.close();
    this.#grpc = undefined;
    this.#awaySinceMs ??= nowMs;
    this.#lastError = error;
    this.#failures = Math.min(this.#failures + 1, PAUSES_MS.length);
    this.#failedAtMs = nowMs;
    this.#breaks += 1;
    this.#listener.onLost();
  }
}
