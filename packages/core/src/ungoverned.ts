// The policy for calls of which no decision is to be had, before any authority: allow, deny or grace.
import type { BudgetAuthority, CommitRequest, ReserveRequest } from './authority.ts';
import type { Decision, Denied, Held } from './decision.ts';
import { Grace, type GraceAmount, type Taken } from './grace.ts';

/** `allow`: it goes on, ungoverned. `deny`: it is refused. `grace`: as `allow`, within an allowance. */
export type OnUnavailable = 'allow' | 'deny' | 'grace';

export interface UnavailablePolicy {
  readonly onUnavailable: OnUnavailable;
  /** What `grace` allows; without it, `grace` denies. */
  readonly grace?: GraceAmount | undefined;
}

export interface UngovernedOptions extends UnavailablePolicy {
  /** Wall clock in ms. */
  readonly now: () => number;
}

/** An authority that throws where it has no decision, and can be asked for one without it. */
export interface Ungoverned extends BudgetAuthority {
  /** What is allowed in all; undefined without grace. */
  readonly grace: GraceAmount | undefined;
  /** What becomes of a call of which no decision is to be had. `refine`: grace wants an exact count. */
  decide(request: ReserveRequest): Decision;
  /** Whether a call passes that could not even be read, and will never be settled. */
  passesUnread(): boolean;
  /** Calls let through without a decision. */
  ungovernedCalls(): number;
}

/** What the domain gives a reservation that names no time. */
const DEFAULT_TTL_MS = 120_000;
const NOTHING_HELD: Held = { costNanoUsd: undefined, tokens: 0 };
/** Calls whose end is still awaited; the oldest are forgotten beyond it, and keep what they have taken. */
const MAX_REMEMBERED = 10_000;

/**
 * Every verb passes to the authority, whose settling verbs deliver sooner or later. The commit of an
 * ungoverned call brings the call along, so that an authority that knows nothing of it counts it
 * nevertheless; when it has arrived, its grace comes back.
 */
export function withUngoverned(authority: BudgetAuthority, options: UngovernedOptions): Ungoverned {
  const { now } = options;
  const calls = new UngovernedCalls(options);
  return {
    grace: calls.grace,
    decide: (request) => calls.decide(request),
    passesUnread: () => calls.passesUnread(),
    ungovernedCalls: () => calls.count,
    reserve: (request) => {
      const answer = authority.reserve(request);
      return calls.grace ? answer.then((decision) => calls.learn(request, decision)) : answer;
    },
    commit: (request) => {
      const ended = calls.end(request.id, request);
      if (!ended) return authority.commit(request);
      return ended.arrivesWith(authority.commit({ ...request, call: ended.call }));
    },
    record: (request) => {
      const answer = authority.record(request);
      return calls.end(request.id, request)?.arrivesWith(answer) ?? answer;
    },
    release: (request) => {
      const answer = authority.release(request);
      return calls.end(request.id, request.sent ?? false)?.arrivesWith(answer) ?? answer;
    },
    extend: async (request) =>
      calls.has(request.id)
        ? { kind: 'extended', expiresAtMs: now() + request.ttlMs, held: NOTHING_HELD }
        : authority.extend(request),
    balances: (query) => authority.balances(query),
    watch: (query, signal) => authority.watch(query, signal),
  };
}

interface Remembered {
  readonly call: NonNullable<CommitRequest['call']>;
  /** Undefined without grace. */
  readonly taken: Taken | undefined;
}

type Used = Pick<CommitRequest, 'usage' | 'amounts'>;

/** A call that is over, and of which the authority is about to hear. */
interface Ended {
  readonly call: Remembered['call'];
  /** Passes the answer on that says it has. */
  readonly arrivesWith: <T>(answer: Promise<T>) => Promise<T>;
}

/** Those that go on without a decision, from the policy's word to the end of each. */
class UngovernedCalls {
  readonly #options: UngovernedOptions;
  readonly #grace: Grace | undefined;
  readonly #remembered = new Map<string, Remembered>();
  #count = 0;

  constructor(options: UngovernedOptions) {
    this.#options = options;
    const { onUnavailable, grace } = options;
    this.#grace = onUnavailable === 'grace' && grace ? new Grace(grace) : undefined;
  }

  get grace(): GraceAmount | undefined {
    return this.#grace?.allowance;
  }

  get count(): number {
    return this.#count;
  }

  has(id: string): boolean {
    return this.#remembered.has(id);
  }

  learn(request: ReserveRequest, decision: Decision): Decision {
    if (this.#grace && decision.kind === 'granted') this.#grace.learn(request, decision);
    return decision;
  }

  decide(request: ReserveRequest): Decision {
    const { onUnavailable, now } = this.#options;
    const { id, call, ttlMs = DEFAULT_TTL_MS } = request;
    const nowMs = now();
    const taken = this.#remembered.get(id)?.taken ?? this.#grace?.take(request);
    if (onUnavailable !== 'allow' && !taken) return refusal(request, this.#grace);
    this.#count += 1;
    this.#remember(id, { call: { ...call, reservedAtMs: nowMs }, taken });
    return {
      kind: 'granted',
      id,
      expiresAtMs: nowMs + ttlMs,
      held: NOTHING_HELD,
      waitedMs: 0,
      shadow: [],
      ungoverned: taken ? 'grace' : 'allow',
    };
  }

  passesUnread(): boolean {
    const passes = this.#options.onUnavailable === 'allow' || this.#grace?.takeUnread() === true;
    if (passes) this.#count += 1;
    return passes;
  }

  /** With what it used, or whether it was sent. Undefined: it had a decision, or has ended before. */
  end(id: string, used: Used | boolean): Ended | undefined {
    // Mostly there are none, and then no hash of the id need be made.
    const known = this.#remembered.size > 0 ? this.#remembered.get(id) : undefined;
    if (!known) return undefined;
    this.#remembered.delete(id);
    const { call, taken } = known;
    const grace = this.#grace;
    if (!grace || !taken) return { call, arrivesWith: (answer) => answer };
    const left =
      typeof used === 'boolean'
        ? grace.released(taken, used)
        : grace.used(taken, used.usage, used.amounts);
    return {
      call,
      arrivesWith: (answer) => {
        // What is refused for good is never counted by the authority, so it stays taken.
        answer.then(
          () => grace.arrived(left),
          () => {},
        );
        return answer;
      },
    };
  }

  #remember(id: string, remembered: Remembered): void {
    this.#remembered.set(id, remembered);
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const oldest = this.#remembered.keys().next().value;
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

/** Grace that the bound of a call does not fit may fit the call as it is counted. */
function refusal(request: ReserveRequest, grace: Grace | undefined): Decision {
  const { call, estimate } = request;
  if (!grace || estimate.inputBound.exact) return UNAVAILABLE;
  const least = { ...estimate, inputBound: { tokens: 0, exact: true } };
  return grace.covers({ call, estimate: least }) ? { kind: 'refine' } : UNAVAILABLE;
}

const UNAVAILABLE: Denied = { kind: 'denied', reason: 'UNAVAILABLE', refusals: [], waitedMs: 0 };
