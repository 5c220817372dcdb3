// The budget authority in this process: core's decisions, a price catalogue and a ledger.
import {
  type Balance,
  type BalanceQuery,
  type Budget,
  type Call,
  checkId,
  type Clock,
  type Committed,
  type CommitRequest,
  type Decision,
  draftRecord,
  type ExtendRequest,
  fingerprint,
  invalid,
  mintedAtMs,
  monotonic,
  prepare,
  type RecordRequest,
  releaseAmounts,
  type ReleaseRequest,
  type Reservation,
  type ReserveRequest,
  settleAmounts,
  SpendfuseError,
  USAGE_KINDS,
} from '@spendfuse/core';
import { balancesOf, changedBalances } from './balances.ts';
import { DenialNotes } from './denial-notes.ts';
import { entryOf, verbOf } from './entries.ts';
import type { CommitMeta, EntryMeta } from './entry.ts';
import type { AuthorityEvent, EntryPage, EntryQuery, LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { fingerprintOf as reserveFingerprint, reserve, type ReserveContext } from './reserve.ts';
import type { Store } from './stores/store.ts';
import { checkCommit, checkReserve, checkTtl } from './validate.ts';
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
  readonly #context: ReserveContext;
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
    const reservation = await this.#context.ledger.find(request.id);
    const known = reservation && reservation.state !== 'tombstone';
    if (!known && request.call) return this.#record({ ...request, call: request.call }, startedMs);
    const call = reservation?.meta?.call;
    if (!known || !call) {
      await this.#context.ledger.settle();
      throw notFound(request.id);
    }
    return this.#commit({ request, reservation, call, startedMs });
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
    const call = reservation?.meta?.call;
    const meta = call && ({ kind: 'release', call, sent } as const);
    await ledger.release({ id, nowMs: clock.now(), fingerprint: 0, amounts, meta });
    this.#changes += 1;
    line.cancel(id);
  }

  async extend({ id, ttlMs }: ExtendRequest): Promise<{ readonly expiresAtMs: number }> {
    this.#checkOpen();
    const nowMs = this.#context.clock.now();
    checkId(id, nowMs);
    checkTtl(ttlMs);
    const plan = { id, nowMs, expiresAtMs: nowMs + ttlMs };
    const { expiresAtMs } = await this.#context.ledger.extend(plan);
    return { expiresAtMs };
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

  async #commit({ request, reservation, call, startedMs }: CommitInput): Promise<Committed> {
    const { ledger, clock } = this.#context;
    const { id, usage } = request;
    const held = reservation.meta?.kind === 'reserve' ? reservation.meta.held : undefined;
    const meta = this.#commitMeta({ request, call, heldNanoUsd: held?.costNanoUsd });
    const actual = { usage, costNanoUsd: meta.costNanoUsd };
    const amounts = settleAmounts(reservation.entries, actual);
    const fingerprint = fingerprintOf(request);
    const plan = { id, nowMs: clock.now(), fingerprint, amounts, meta };
    const settled = await ledger.commit(plan);
    return this.#answer({ settled, meta, startedMs, heldNanoUsd: held?.costNanoUsd });
  }

  async #record(request: RecordRequest, startedMs: number): Promise<Committed> {
    const { admission, ledger, clock } = this.#context;
    const { labels, provider, model, operation, reservedAtMs } = request.call;
    const call = { labels, provider, model, operation };
    const meta = this.#commitMeta({ request, call, heldNanoUsd: undefined });
    const actual = { usage: request.usage, costNanoUsd: meta.costNanoUsd };
    const matching = admission.matching(call);
    const entries = draftRecord({ matching, call, actual, nowMs: reservedAtMs });
    const fingerprint = fingerprintOf(request);
    const plan = { id: request.id, nowMs: clock.now(), fingerprint, entries, meta };
    const settled = await ledger.record(plan);
    if (meta.costNanoUsd === undefined) this.#emit({ kind: 'unpriced', call });
    return this.#answer({ settled, meta, startedMs, heldNanoUsd: undefined });
  }

  #commitMeta({ request, call, heldNanoUsd }: MetaInput): CommitMeta {
    const { id, usage, usageSource, responseModel } = request;
    const { catalogue } = this.#context;
    const nowMs = request.call?.reservedAtMs ?? mintedAtMs(id);
    const priceOf = (model: string) => catalogue.priceOf({ provider: call.provider, model, nowMs });
    const price = priceOf(call.model) ?? (responseModel ? priceOf(responseModel) : undefined);
    const costNanoUsd = price?.costOf(usage);
    return {
      kind: 'commit',
      call,
      usage,
      usageSource,
      ...(responseModel && responseModel !== call.model ? { responseModel } : undefined),
      costNanoUsd,
      catalogue: catalogue.version,
      overrunNanoUsd: Math.max(0, (costNanoUsd ?? 0) - (heldNanoUsd ?? costNanoUsd ?? 0)),
    };
  }

  /** What the ledger holds now, which is an earlier commit's if this was a repeat. */
  #answer({ settled, meta, startedMs, heldNanoUsd }: AnswerInput): Committed {
    const kept = settled.settlement?.meta;
    const { costNanoUsd, catalogue, overrunNanoUsd } = kept?.kind === 'commit' ? kept : meta;
    const late = settled.settlement?.late ?? false;
    const committed = { id: settled.id, costNanoUsd, catalogue, overrunNanoUsd, late };
    if (kept === meta) {
      this.#changes += 1;
      const { call, usage } = meta;
      const durationMs = performance.now() - startedMs;
      this.#emit({ kind: 'commit', call, usage, committed, heldNanoUsd, durationMs });
    }
    return committed;
  }

  #balances(query: BalanceQuery): readonly Balance[] {
    const { ledger, clock, admission } = this.#context;
    return balancesOf({ budgets: admission.budgets, ledger, query, nowMs: clock.now() });
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
        if (meta) this.#emit({ kind: 'expire', call: meta.call });
      }
      ledger.forget({ nowMs, max: FORGET_AT_ONCE });
      await this.#writeDenials({ nowMs, all: false });
      // A calendar window may have turned, or a rolling one moved on, without any verb.
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

interface CommitInput {
  readonly request: CommitRequest;
  readonly reservation: Reservation<EntryMeta>;
  readonly call: Call;
  readonly startedMs: number;
}

interface MetaInput {
  readonly request: CommitRequest;
  readonly call: Call;
  readonly heldNanoUsd: number | undefined;
}

interface AnswerInput {
  readonly settled: Reservation<EntryMeta>;
  readonly meta: CommitMeta;
  readonly startedMs: number;
  readonly heldNanoUsd: number | undefined;
}

/** The content of a commit. Its `call` only says what a reservation would have said. */
function fingerprintOf({ usage, usageSource }: CommitRequest): number {
  const parts: (string | number)[] = [usageSource];
  for (const kind of USAGE_KINDS) parts.push(usage[kind]);
  return fingerprint(parts.join('|'));
}

function sameReserve(a: ReserveRequest, b: ReserveRequest): boolean {
  return reserveFingerprint(a) === reserveFingerprint(b);
}

function notFound(id: string): SpendfuseError {
  const message = `no reservation ${id}; send \`call\` along to have the usage recorded`;
  return new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
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
