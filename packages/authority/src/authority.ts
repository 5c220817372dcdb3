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
  type Denied,
  type Extended,
  type ExtendRequest,
  monotonic,
  type RecordRequest,
  releaseAmounts,
  type ReleaseRequest,
  type Reservation,
  type ReserveRequest,
  SpendfuseError,
} from '@spendfuse/core';
import { OutputHabits } from './adaptive.ts';
import { createAlertSource } from './alerts/authority-source.ts';
import type { AlertSource } from './alerts/source.ts';
import { type BalancePage, balancePageOf, type BalancePageQuery } from './balance-page.ts';
import { balancesOf, changedBalances } from './balances.ts';
import type { BudgetAdmin } from './admin.ts';
import { createBudgetAdmin } from './budget-admin.ts';
import { commit, type CommitOutcome } from './commit.ts';
import { extend } from './extend.ts';
import { DenialNotes } from './denial-notes.ts';
import { callOf, type Entry, type EntryMeta } from './entry.ts';
import {
  checkEntryFilter,
  checkEntryQuery,
  type EntryFilter,
  type EntryPage,
  type EntryQuery,
} from './entry-query.ts';
import type { AuthorityEvent } from './event.ts';
import type { LocalAuthority, Reconfiguration } from './local.ts';
import { PolicyInForce } from './policy-in-force.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { fingerprintOf as reserveFingerprint, reserve } from './reserve.ts';
import type { Store } from './stores/store.ts';
import { concludeAtOnce, submitBatch, type Submission, type SubmitListener } from './submit.ts';
import { timeBox } from './time-box.ts';
import { checkUsageQuery, type UsagePage, type UsageQuery } from './usage-query.ts';
import { checkCommit, checkExtend, checkReserve } from './validate.ts';
import type { VerbContext } from './verb-context.ts';
import { WaitingLine } from './waiting-line.ts';

export interface AuthorityOptions {
  /** Of a budgets file, in its order. */
  readonly budgets: readonly Budget[];
  /** Of a command line: they go before those of the store, which go before those of the file. */
  readonly flags?: readonly Budget[] | undefined;
  readonly catalogue: PriceCatalogue;
  /** Closed with the authority. */
  readonly store: Store<EntryMeta>;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
}

const HOUSEKEEPING_MS = 1000;
const EXPIRE_AT_ONCE = 500;
const FORGET_FOR_MS = 4;
const WATCH_PAUSE_MS = 100;

export function createAuthority(options: AuthorityOptions): LocalAuthority {
  return new Authority(options);
}

class Authority implements LocalAuthority {
  readonly alerts: AlertSource;
  readonly admin: BudgetAdmin;
  readonly #context: VerbContext;
  readonly #policy: PolicyInForce;
  readonly #store: Store<EntryMeta>;
  readonly #denials = new DenialNotes();
  readonly #listeners: ((event: AuthorityEvent) => void)[] = [];
  readonly #changeListeners: ((counterKeys: readonly string[]) => void)[] = [];
  /** Reserves that may wait, by id: a repeat joins the first. */
  readonly #pending = new Map<string, { request: ReserveRequest; decision: Promise<Decision> }>();
  readonly #housekeeping: NodeJS.Timeout;
  /** Grows with every change of a counter: watchers compare it. */
  #changes = 0;
  /** Housekeeping that is under way. */
  #keeping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: AuthorityOptions) {
    const { budgets, flags = [], catalogue, store } = options;
    const clock = monotonic(options.clock ?? { now: Date.now });
    clock.atLeast(store.highWaterMs);
    const line = new WaitingLine();
    const habits = new OutputHabits();
    const sources = { file: budgets, flags, catalogue };
    const policy = new PolicyInForce({ sources, store, clock, onSwap: () => this.#swapped() });
    this.#policy = policy;
    this.#context = {
      get admission() {
        return policy.now().admission;
      },
      get catalogue() {
        return policy.now().catalogue;
      },
      ledger: store,
      clock,
      line,
      habits,
    };
    this.#store = store;
    store.onEnded((ended) => {
      line.wake(ended);
      if (this.#changeListeners.length > 0) this.#tell(ended.map(({ counter }) => counter.key));
    });
    const onReset = () => {
      this.#changes += 1;
    };
    const usage = (query: UsageQuery) => this.usage(query);
    this.admin = createBudgetAdmin({ context: this.#context, policy, usage, onReset });
    this.alerts = createAlertSource({
      admission: () => this.#context.admission,
      store,
      clock,
      onEvent: (listener) => this.onEvent(listener),
    });
    this.#housekeeping = setInterval(() => {
      if (!this.#keeping) void this.keepHouse();
    }, HOUSEKEEPING_MS);
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
    const outcome = await commit(this.#context, request);
    this.#committed(outcome, performance.now() - startedMs);
    return outcome.committed;
  }

  submit<S extends Submission>(batch: readonly S[], to: SubmitListener<S>): void {
    const context = this.#context;
    const batchContext = { context, store: this.#store, nowMs: context.clock.now() };
    submitBatch<S>({
      batch,
      to,
      atOnce: (submission) => {
        this.#checkOpen();
        const isPending = this.#pending.size > 0 && this.#pending.has(submission.request.id);
        return isPending ? undefined : concludeAtOnce(batchContext, submission);
      },
      alone: ({ verb, request }) =>
        verb === 'reserve' ? this.reserve(request) : this.commit(request),
      settle: () => this.#store.settle(),
      onConcluded: ({ verb, request }, end, durationMs) => {
        if (end.kind === 'committed') this.#committed(end, durationMs);
        else if (verb === 'reserve') this.#decided(request.call, end, durationMs);
      },
    });
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

  async extend(request: ExtendRequest): Promise<Extended | Denied> {
    this.#checkOpen();
    checkExtend(request, this.#context.clock.now());
    const answer = await extend(this.#context, request);
    if (request.outputTokens !== undefined) this.#changes += 1;
    return answer;
  }

  async balances(query: BalanceQuery): Promise<readonly Balance[]> {
    this.#checkOpen();
    const { ledger } = this.#context;
    await ledger.settle();
    return this.#balances(query);
  }

  async balancePage(query: BalancePageQuery): Promise<BalancePage> {
    this.#checkOpen();
    const { ledger, clock, admission } = this.#context;
    await ledger.settle();
    const now = (): number => clock.now();
    return balancePageOf({ budgets: admission.prepared, ledger, query, now });
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

  async entries(query: EntryQuery): Promise<EntryPage> {
    return this.#store.queries.entries(checkEntryQuery(query));
  }

  async usage(query: UsageQuery): Promise<UsagePage> {
    return this.#store.queries.usage(checkUsageQuery(query));
  }

  async *exportEntries(filter: EntryFilter): AsyncIterable<readonly Entry[]> {
    const batches = this.#store.queries.exportEntries(checkEntryFilter(filter));
    for await (const { entries } of batches) if (entries.length > 0) yield entries;
  }

  onEvent(listener: (event: AuthorityEvent) => void): void {
    this.#listeners.push(listener);
  }

  onChanged(listener: (counterKeys: readonly string[]) => void): void {
    this.#changeListeners.push(listener);
  }

  catalogueVersion(): string {
    return this.#context.catalogue.version;
  }

  configure({ budgets: file, catalogue }: Reconfiguration): void {
    this.#policy.configure({ file, catalogue });
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
    if (decision.kind === 'denied') {
      const nowMs = clock.now();
      const note = this.#denials.add({ id, call, denied: decision, nowMs });
      await ledger.settle(note && { ...note, nowMs });
      if (decision.reason === 'UNPRICED') this.#emit({ kind: 'unpriced', call });
    }
    this.#decided(call, decision, performance.now() - startedMs);
    return decision;
  }

  #decided(call: Call, decision: Decision, durationMs: number): void {
    if (decision.kind === 'granted') this.#changes += 1;
    this.#emit({ kind: 'decision', call, decision, durationMs });
  }

  #committed({ committed, meta, held, repeated }: CommitOutcome, durationMs: number): void {
    if (repeated) return;
    const { call, usage, isFallback } = meta;
    this.#changes += 1;
    this.#emit({ kind: 'commit', call, usage, committed, held, durationMs });
    const isPriced = committed.costNanoUsd !== undefined && !isFallback;
    if (!isPriced) this.#emit({ kind: 'unpriced', call });
  }

  #balances(query: BalanceQuery): readonly Balance[] {
    const { ledger, clock, admission } = this.#context;
    return balancesOf({ budgets: admission.prepared, ledger, query, nowMs: clock.now() });
  }

  async keepHouse(): Promise<void> {
    while (this.#keeping) await this.#keeping;
    if (this.#closing || !this.#store.ready()) return;
    this.#keeping = this.#keepHouse();
    await this.#keeping;
  }

  /** Ends what has expired, forgets what is over, writes down denials that were only counted. */
  async #keepHouse(): Promise<void> {
    try {
      const { ledger, clock } = this.#context;
      const nowMs = clock.now();
      let expired: readonly Reservation<EntryMeta>[];
      do {
        // A group of them at a time: each waits for the disk, and lets calls pass in between.
        expired = await ledger.expire({ nowMs, max: EXPIRE_AT_ONCE });
        for (const { meta } of expired) {
          this.#changes += 1;
          const call = callOf(meta);
          if (call) this.#emit({ kind: 'expire', call });
        }
      } while (expired.length === EXPIRE_AT_ONCE);
      ledger.forget({ nowMs, max: Infinity, isTimeUp: timeBox({ forMs: FORGET_FOR_MS }) });
      await this.#writeDenials({ nowMs, all: false });
      await this.#policy.keepHouse();
      // A calendar window may have turned, or a rolling one moved on, without any verb.
      this.#context.line.wakeAll();
      this.#changes += 1;
    } catch (thrown) {
      this.#emit({ kind: 'failure', verb: 'expire', error: SpendfuseError.from(thrown) });
    } finally {
      this.#keeping = undefined;
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

  /** Waiting calls look again, by the new policy. */
  #swapped(): void {
    this.#changes += 1;
    this.#context.line.wakeAll();
    this.#tell([]);
  }

  #tell(counterKeys: readonly string[]): void {
    for (const listener of this.#changeListeners) listener(counterKeys);
  }

  #emit(event: AuthorityEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

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
