// One attempt in the ledger: kept alive while the call runs, settled exactly once.
import { context, createContextKey } from '@opentelemetry/api';
import {
  type Amounts,
  type BudgetAuthority,
  type Call,
  type Committed,
  type CommitRequest,
  type Denied,
  type Extended,
  type Usage,
  type UsageSource,
} from '@spendfuse/core';
import type { ModelUsage } from '@spendfuse/providers';
import { newId } from './new-id.ts';

export interface ReservationOptions {
  readonly authority: BudgetAuthority;
  readonly id: string;
  readonly call: Call;
  readonly reservedAtMs: number;
  readonly ttlMs: number;
  /** Undefined: there is nothing to extend. */
  readonly extendEveryMs: number | undefined;
}

/** What is known of the usage when a call is over. */
export interface Settling {
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly responseModel?: string | undefined;
  /** The service tier that served it. */
  readonly tier?: string | undefined;
  /** Of custom units, and a cost that the caller says. */
  readonly amounts?: Amounts | undefined;
}

/** The key by which OpenTelemetry's SDK is asked to trace nothing: our own traffic is not the app's. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

export function untraced<T>(fn: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), fn);
}

export class Reservation {
  readonly #options: ReservationOptions;
  readonly #extending: NodeJS.Timeout | undefined;
  #heldTokens: number | undefined;

  constructor(options: ReservationOptions) {
    this.#options = options;
    const { authority, id, ttlMs, extendEveryMs } = options;
    if (extendEveryMs === undefined) return;
    const extend = (): void => {
      // A reservation that has ended meanwhile is settled all the same, as a late commit.
      untraced(() => authority.extend({ id, ttlMs })).catch(() => {});
    };
    this.#extending = setInterval(extend, extendEveryMs).unref();
  }

  /** Of input and output together, since the hold has grown; undefined: it has not. */
  get heldTokens(): number | undefined {
    return this.#heldTokens;
  }

  /** Asks for the hold to cover so many tokens of output, of all choices. */
  async grow(outputTokens: number): Promise<Extended | Denied> {
    const { authority, id, ttlMs } = this.#options;
    const answer = await untraced(() => authority.extend({ id, ttlMs, outputTokens }));
    if (answer.kind === 'extended') this.#heldTokens = answer.held.tokens;
    return answer;
  }

  /**
   * Undefined where the authority does not answer in a while: its client keeps what it could not
   * deliver, and tries for as long as it takes.
   */
  async commit(settling: Settling): Promise<Committed | undefined> {
    clearInterval(this.#extending);
    const { authority, id, call, reservedAtMs } = this.#options;
    const request: CommitRequest = { id, ...settling, call: { ...call, reservedAtMs } };
    return answerOf(untraced(() => authority.commit(request)));
  }

  /** What another model used for this call: nothing was held for it, so it is recorded by itself. */
  async recordOther({ model, usage }: ModelUsage): Promise<void> {
    const { authority, call, reservedAtMs } = this.#options;
    const id = newId();
    const other = { ...call, model, reservedAtMs };
    await answerOf(
      untraced(() => authority.record({ id, usage, usageSource: 'provider', call: other })),
    );
  }

  async release(sent: boolean): Promise<void> {
    clearInterval(this.#extending);
    const { authority, id } = this.#options;
    await answerOf(untraced(() => authority.release({ id, sent })));
  }
}

/** How long the telemetry of a call waits for the end of its reservation. */
const ANSWER_MS = 5000;

async function answerOf<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ANSWER_MS).unref();
  });
  try {
    return await Promise.race([promise, limit]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
