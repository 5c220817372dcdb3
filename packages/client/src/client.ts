// A budget authority over gRPC: every verb through the courier, watches beside it.
import { type ClientReadableStream, Metadata, type ServiceError } from '@grpc/grpc-js';
import {
  type Balance,
  type BalanceQuery,
  type BudgetAuthority,
  type Decision,
  type GraceAmount,
  type OnUnavailable,
  SpendfuseError,
} from '@spendfuse/core';
import {
  balanceQueryToWire,
  balancesFromWire,
  budgetService,
  commitToWire,
  errorFromStatus,
  extendToWire,
  releaseToWire,
  reserveToWire,
  type WireBalancesRequest,
  type WireBalancesResponse,
} from '@spendfuse/protocol';
import { targetOf } from './channel.ts';
import { Courier, type CourierStats } from './courier.ts';
import type { Log } from './log.ts';
import { withPolicy } from './on-unavailable.ts';
import type { SpooledCall } from './spool/line.ts';
import { STALE_MS, takeOver } from './spool/take-over.ts';

export interface ClientOptions {
  /** `unix:/path` or `host:port`. */
  readonly endpoint: string;
  /**
   * What becomes of a call when there is no decision to be had. `deny`: denied with the reason
   * `UNAVAILABLE`. `allow`: granted, ungoverned, and its usage is delivered later. `grace`: the same as
   * far as `grace` goes, then denied. Undefined: `reserve` throws `UNAVAILABLE`.
   */
  readonly onUnavailable?: OnUnavailable | undefined;
  /** What ungoverned calls may use before the authority knows of them: see `parseGrace`. */
  readonly grace?: GraceAmount | undefined;
  readonly log?: Log | undefined;
  /** Wall clock in ms; default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Commits, releases and records kept while the authority is away. Default 10,000. */
  readonly maxSpooled?: number | undefined;
  /**
   * A folder, of this user alone, where they are kept beyond the end of the process as well, until any
   * process with this folder has delivered them. Default: in memory only.
   */
  readonly spoolDir?: string | undefined;
}

export interface ClientStats extends CourierStats {
  /** Calls let through without a decision. */
  readonly ungoverned: number;
}

/**
 * The authority as its callers know it. `commit`, `release` and `record` settle when they are
 * delivered, however long the authority is away, and reject only when that is final; they need not be
 * waited for, and a rejection that nobody waits for is no unhandled one.
 */
export interface Client extends BudgetAuthority {
  stats(): ClientStats;
  /** Waits up to `timeoutMs` (default 1 s) for what is under way; the rest rejects. */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
}

/** What an answer may take on top of the time that a reserve may wait for room. */
const ANSWER_MS = 1000;
const EXTEND_MS = 5000;
const BALANCES_MS = 10_000;

/** @throws SpendfuseError `CONFIG` for an endpoint of another form. Nothing is sent before the first call. */
export function createClient(options: ClientOptions): Client {
  const { endpoint, onUnavailable, grace, log, now = Date.now, maxSpooled = 10_000 } = options;
  const { spoolDir } = options;
  const target = targetOf(endpoint);
  const courier = new Courier({ endpoint, target, log, maxSpooled, spoolDir });
  const stopTakingOver = spoolDir === undefined ? undefined : takeOverFrom(spoolDir, courier, log);
  // Those the authority may hold something for, until the policy has spoken.
  const givenUp = new Map<string, () => void>();
  const authority = overCourier(courier, (id, release) => {
    if (onUnavailable) givenUp.set(id, release);
    else release();
  });
  const onDecided = (id: string, decision: Decision): void => {
    // An ungoverned call goes on under its id: what is held for it must stay.
    if (decision.kind !== 'granted') givenUp.get(id)?.();
    givenUp.delete(id);
  };
  const governed =
    onUnavailable && withPolicy(authority, { onUnavailable, grace, log, now, onDecided });
  return {
    ...(governed ?? authority),
    stats: () => ({ ...courier.stats, ungoverned: governed?.ungovernedCalls() ?? 0 }),
    close: ({ timeoutMs = 1000 } = {}) => {
      stopTakingOver?.();
      return courier.close(timeoutMs);
    },
  };
}

/** Now, and again and again; returns what ends that. */
function takeOverFrom(folder: string, courier: Courier, log: Log | undefined): () => void {
  const deliver = async (call: SpooledCall): Promise<void> => {
    try {
      await courier.call({ ...call, waitMs: Infinity, isTakenOver: true });
    } catch (error) {
      // Refused for good is an answer too.
      if (SpendfuseError.from(error).code === 'UNAVAILABLE') throw error;
    }
  };
  const look = (): void => void takeOver({ folder, deliver, log });
  look();
  const timer = setInterval(look, STALE_MS).unref();
  return () => clearInterval(timer);
}

/** A reserve was given up that the authority may carry out: it is to be released, if it is. */
type OnGivenUp = (id: string, release: () => void) => void;

function overCourier(courier: Courier, onGivenUp: OnGivenUp): BudgetAuthority {
  const settle = <V extends 'commit' | 'release' | 'record'>(verb: V, message: object) =>
    courier.call({ verb, message, waitMs: Infinity });
  const onAbandoned = ({ id }: { readonly id?: string | null }): void =>
    onGivenUp(id ?? '', () => void settle('release', { id }));
  return {
    reserve: attempting((request) => {
      const message = reserveToWire(request);
      const waitMs = (request.maxWaitMs ?? 0) + ANSWER_MS;
      return courier.call({ verb: 'reserve', message, waitMs, onAbandoned });
    }),
    commit: attempting((request) => settle('commit', commitToWire(request))),
    record: attempting((request) => settle('record', commitToWire(request))),
    release: attempting((request) => settle('release', releaseToWire(request))),
    extend: attempting((request) => {
      const message = extendToWire(request);
      return courier.call({ verb: 'extend', message, waitMs: EXTEND_MS });
    }),
    balances: attempting((query) => {
      const message = balanceQueryToWire(query);
      return courier.call({ verb: 'getBalances', message, waitMs: BALANCES_MS });
    }),
    watch: (query, signal) => watch(courier, query, signal),
  };
}

/** What cannot be put on the wire rejects like everything else, and need not be waited for either. */
function attempting<Request, Answer>(
  send: (request: Request) => Promise<Answer>,
): (request: Request) => Promise<Answer> {
  return (request) => {
    try {
      return send(request);
    } catch (error) {
      const failed = Promise.reject(error);
      failed.catch(() => {});
      return failed;
    }
  };
}

/** Ends when the signal aborts; throws SpendfuseError when the authority ends it. */
async function* watch(
  courier: Courier,
  query: BalanceQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly Balance[]> {
  if (signal.aborted) return;
  const { path, requestSerialize, responseDeserialize } = budgetService.watchBalances;
  const stream: ClientReadableStream<WireBalancesResponse> = courier.connection
    .channel()
    .makeServerStreamRequest<WireBalancesRequest, WireBalancesResponse>(
      path,
      requestSerialize,
      responseDeserialize,
      balanceQueryToWire(query),
      new Metadata(),
    );
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const message of stream) yield balancesFromWire(message as WireBalancesResponse);
  } catch (error) {
    if (!signal.aborted) throw errorFromStatus(error as ServiceError);
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}
