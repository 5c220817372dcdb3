// The types of a guarded call, from what is asked for to what is admitted.
import type {
  Amounts,
  BudgetAuthority,
  Call,
  Granted,
  SpendfuseError,
  UnavailablePolicy,
  Ungoverned,
} from '@spendfuse/core';
import type {
  CountableInput,
  JsonObject,
  Metered,
  Provider,
  RequestFacts,
} from '@spendfuse/providers';
import type { LabelSources } from './context.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { TokenCounter } from './tokens.ts';

/** What happens to a call when no decision is to be had is said by its policy. */
export interface GuardOptions extends UnavailablePolicy, LabelSources {
  readonly authority: BudgetAuthority;
  readonly telemetry: Telemetry;
  readonly tokens: TokenCounter;
  /** Told of calls that go out without a decision. Must not throw. */
  readonly onUndecided?: ((error: SpendfuseError) => void) | undefined;
  readonly times?: Partial<GuardTimes> | undefined;
}

/** In ms. */
export interface GuardTimes {
  /** How long a reserve may wait for room; default 30 s. */
  readonly maxWaitMs: number;
  /** How long a reservation lives unless it is extended; default 2 min. */
  readonly ttlMs: number;
  /** Default 30 s. */
  readonly extendEveryMs: number;
  /** A body that nobody has read for so long is over; default 120 s. */
  readonly idleMs: number;
  /** How long the end of a response waits for its commit; default 250. */
  readonly closeWaitMs: number;
}

export interface GuardedCall {
  readonly provider: Provider;
  readonly match: Metered;
  readonly request: GuardedRequest;
  /** Sends the request with these changes; without any, just as it was given. */
  readonly send: (change: SentChange) => Promise<Response>;
}

export interface SentChange {
  readonly bodyText?: string | undefined;
  /** Of the URL, without query. */
  readonly path?: string | undefined;
}

export interface GuardedRequest {
  readonly url: URL;
  readonly body: RequestBody;
  /** It is signed: a request that is changed would be refused. */
  readonly isFixed?: boolean | undefined;
  /** Ends the wait for a decision. */
  readonly signal?: AbortSignal | undefined;
}

/** A form is sent as it is: nothing in it is ever changed. */
export type RequestBody =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'form'; readonly fields: JsonObject };

export interface Tools extends Omit<GuardOptions, keyof UnavailablePolicy> {
  readonly authority: Ungoverned;
  readonly times: GuardTimes;
}

/** A request as it was understood. */
export interface Plan {
  readonly call: Call;
  readonly body: JsonObject;
  readonly facts: RequestFacts;
  readonly input: CountableInput;
  /** Of custom units, and a cost that the caller says. */
  readonly amounts?: Amounts | undefined;
}

/** What a call may do: with a reservation, or (as the policy allows) without. */
export interface Admitted {
  readonly id: string;
  readonly reservedAtMs: number;
  /** Undefined where no decision was to be had: nothing is held then. */
  readonly granted: Granted | undefined;
  readonly inputTokens: number;
}
