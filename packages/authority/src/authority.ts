// The budget authority in this process: core's decisions, a price catalogue and a ledger.
import {
  type Balance,
  type BalanceQuery,
  type Budget,
  checkId,
  type Clock,
  type Committed,
  type CommitRequest,
  type Decision,
  type Denied,
  type Extended,
  type ExtendRequest,
  invalid,
  monotonic,
  prepare,
  type RecordRequest,
  releaseAmounts,
  type ReleaseRequest,
  type ReserveRequest,
  SpendfuseError,
} from '@spendfuse/core';
import { balancesOf, changedBalances } from './balances.ts';
import { commit } from './commit.ts';
import { extend } from './extend.ts';
import { DenialNotes } from './denial-notes.ts';
import { entryOf, verbOf } from './entries.ts';
import { callOf, type EntryMeta } from './entry.ts';
import type { AuthorityEvent, EntryPage, EntryQuery, LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { fingerprintOf as reserveFingerprint, reserve } from './reserve.ts';
import type { Store } from './stores/store.ts';
import { checkCommit, checkReserve, checkTtl } from './validate.ts';
import type { VerbContext } from './verb-context.ts';
import { WaitingLine } from './waiting-line.ts';

export interface AuthorityOptions {
  readonly budgets: readonly Budget[];
  readonly catalogue: PriceCatalogue;
  /** Closed with the authority. */
  readonly store: Store<EntryMeta>;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
}

const HOUSEKEEPING_MS = 1000;
const EXPIRE_AT_ONCE = 500;
const FORGET_AT_ONCE = 1000;
const WATCH_PAUSE_MS = 100;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 1000;

export function createAuthority(options: AuthorityOptions): LocalAuthority {
  return new Authority(options);
}

class Authority implements LocalAuthority {
  readonly #context: VerbContext;
  readonly #store: Store<EntryMeta>;
  readonly #denials = new DenialNotes();
  readonly #listeners: ((event: AuthorityEvent) => void)[] = [];
  /** Reserves that may wait, by id: a repeat joins the first. */
  readonly #pending = new Map<string, { request: ReserveRequest; decision: Promise<Decision> }>();
  readonly #housekeeping: NodeJS.Timeout;
  /** Grows with every change of a counter: watchers compare it. */
  #changes = 0;
  #busy = false;
  #closing: Promise<void> | undefined;

  constructor(options: AuthorityOptions) {
    const { budgets, catalogue, store } = options;
    const clock = monotonic(options.clock ?? { now: Date.now });
    clock.atLeast(store.highWaterMs);
    const line = new WaitingLine();
    this.#context = { admission: prepare(budgets), catalogue, ledger: store, clock, line };
    this.#store = store;
    store.onEnded((counters) => line.wake(counters));
    this.#housekeeping = setInterval(() => void this.#keepHouse(), HOUSEKEEPING_MS);
    this.#housekeeping.unref();
  }

  async reserve(request: ReserveRequest): Promise<Decision> {
    this.#checkOpen();
    checkReserve(request, this.#context.clock.now());
    const pending = this.#pending.get(request.id);
    if (pending) {
      if (sameReserve(pending.request, request)) return pending.decision;
      const message = `id ${request.id} is in use with other content; mint one for each attempt`;
      throw new SpendfuseError({ code: 'ID_REUSED', message, field: 'id' });
    }
    if (!request.maxWaitMs) return this.#decide(request);
    const decision = this.#decide(request);
    this.#pending.set(request.id, { request, decision });
    try {
      return await decision;
    } finally {
      this.#pending.delete(request.id);
    }
  }

  async commit(request: CommitRequest): Promise<Committed> {
    this.#checkOpen();
    const startedMs = performance.now();
    checkCommit(request, this.#context.clock.now());
    const { committed, call, heldNanoUsd, repeated } = await commit(this.#context, request);
    if (repeated) return committed;
    this.#changes += 1;
    const { usage } = request;
    const durationMs = performance.now() - startedMs;
    this.#emit({ kind: 'commit', call, usage, committed, heldNanoUsd, durationMs });
    if (committed.costNanoUsd === undefined) this.#emit({ kind: 'unpriced', call });
    return committed;
  }

  async record(request: RecordRequest): Promise<Committed> {
    return this.commit(request);
  }

  async release({ id, sent = false }: ReleaseRequest): Promise<void> {
    this.#checkOpen();
    const { ledger, clock, line } = this.#context;
    checkId(id, clock.now());
    const reservation = await ledger.find(id);
    const amounts = releaseAmounts(reservation?.entries ?? [], sent);
    const call = callOf(reservation?.meta);
    const meta = call && ({ kind: 'release', call, sent } as const);
    await ledger.release({ id, nowMs: clock.now(), fingerprint: 0, amounts, meta });
    this.#changes += 1;
    line.cancel(id);
  }

  async extend({ id, ttlMs }: ExtendRequest): Promise<Extended | Denied> {
    this.#checkOpen();
    const nowMs = this.#context.clock.now();
    checkId(id, nowMs);
    checkTtl(ttlMs);
    return extend(this.#context, { id, ttlMs });
  }

  async balances(query: BalanceQuery): Promise<readonly Balance[]> {
    this.#checkOpen();
    const { ledger } = this.#context;
    await ledger.settle();
    return this.#balances(query);
  }

  async *watch(query: BalanceQuery, signal: AbortSignal): AsyncIterable<readonly Balance[]> {
    let shown: readonly Balance[] = [];
    let seen = -1;
    while (!signal.aborted && !this.#closing) {
      if (seen !== this.#changes) {
        seen = this.#changes;
        const now = await this.balances(query);
        const changed = changedBalances(shown, now);
        shown = now;
        if (changed.length > 0) yield changed;
      }
      await pause(WATCH_PAUSE_MS, signal);
    }
  }

  async entries({ limit = DEFAULT_PAGE, cursor, verb }: EntryQuery): Promise<EntryPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw invalid('limit', `${limit} is not between 1 and ${MAX_PAGE}`);
    }
    const where = verb === undefined ? undefined : (record: VerbOf) => verbOf(record) === verb;
    const { records, next } = await this.#context.ledger.history({ limit, cursor, where });
    return { entries: records.map(entryOf), next };
  }

  onEvent(listener: (event: AuthorityEvent) => void): void {
    this.#listeners.push(listener);
  }

  ready(): boolean {
    return !this.#closing && this.#store.ready();
  }

  openReservations(): number {
    return this.#store.openReservations();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #decide(request: ReserveRequest): Promise<Decision> {
    const startedMs = performance.now();
    const { call, id } = request;
    const { ledger, clock } = this.#context;
    const decision = await reserve(this.#context, request);
    if (decision.kind === 'granted') this.#changes += 1;
    if (decision.kind === 'denied') {
      const nowMs = clock.now();
      const note = this.#denials.add({ id, call, denied: decision, nowMs });
      await ledger.settle(note && { ...note, nowMs });
      if (decision.reason === 'UNPRICED') this.#emit({ kind: 'unpriced', call });
    }
    const durationMs = performance.now() - startedMs;
    this.#emit({ kind: 'decision', call, decision, durationMs });
    return decision;
  }

  #balances(query: BalanceQuery): readonly Balance[] {
    const { ledger, clock, admission } = this.#context;
    return balancesOf({ budgets: admission.prepared, ledger, query, nowMs: clock.now() });
  }

  /** Ends what has expired, forgets what is over, writes down denials that were only counted. */
  async #keepHouse(): Promise<void> {
    if (this.#busy || this.#closing || !this.#store.ready()) return;
    this.#busy = true;
    try {
      const { ledger, clock } = this.#context;
      const nowMs = clock.now();
      for (const { meta } of await ledger.expire({ nowMs, max: EXPIRE_AT_ONCE })) {
        this.#changes += 1;
        const call = callOf(meta);
        if (call) this.#emit({ kind: 'expire', call });
      }
      ledger.forget({ nowMs, max: FORGET_AT_ONCE });
      await this.#writeDenials({ nowMs, all: false });
      // A calendar window may have turned, or a rolling one moved on, without any verb.
      this.#context.line.wakeAll();
      this.#changes += 1;
    } catch (thrown) {
      this.#emit({ kind: 'failure', verb: 'expire', error: SpendfuseError.from(thrown) });
    } finally {
      this.#busy = false;
    }
  }

  async #writeDenials(when: { nowMs: number; all: boolean }): Promise<void> {
    for (const note of this.#denials.flush(when)) {
      await this.#context.ledger.settle({ ...note, nowMs: when.nowMs });
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    const { line, ledger, clock } = this.#context;
    line.close();
    await this.#writeDenials({ nowMs: clock.now(), all: true }).catch(() => undefined);
    await ledger.close();
  }

  #checkOpen(): void {
    if (!this.#closing) return;
    throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'the authority is shut down' });
  }

  #emit(event: AuthorityEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

type VerbOf = Parameters<typeof verbOf>[0];

function sameReserve(a: ReserveRequest, b: ReserveRequest): boolean {
  return reserveFingerprint(a) === reserveFingerprint(b);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
