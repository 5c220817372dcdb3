// The durable store: the engine in this thread, its journal in a SQLite file written by another.
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CounterRef,
  type CounterSums,
  type Document,
  type EntryRefusal,
  type ExpireRequest,
  type ExtendOutcome,
  type ExtendPlan,
  HORIZON_MS,
  mintedAtMs,
  type Note,
  type PlanEntry,
  type PutPlan,
  type ReadQuery,
  type RecordPlan,
  type Reservation,
  type ReserveOutcome,
  type ReservePlan,
  type ResetPlan,
  type SettleRequest,
  SpendfuseError,
} from '@spendfuse/core';
import type { Queries, Store } from '../store.ts';
import type { EndListener, Verbs } from '../verbs.ts';
import type { Durability } from './messages.ts';
import { openSession, type Session } from './session.ts';

export interface SqliteLedgerOptions {
  /** Made if it is not there, for its owner alone. Belongs to one process at a time. */
  readonly folder: string;
  /** Whether an answer survives a loss of power (`disk`), or the end of this process (`process`). */
  readonly durability: Durability;
  /** The wall clock. */
  readonly nowMs: () => number;
  /** Settled ids kept in memory; older ones are looked up on disk. Default 200,000. */
  readonly maxSettled?: number | undefined;
  /** How long records are kept; undefined: for ever. At least 2 days. */
  readonly retentionMs?: number | undefined;
  /** How long usage is kept, by the time of the calls; undefined: for ever, records or not. */
  readonly keepUsageMs?: number | undefined;
  /**
   * Records after which a snapshot is made. Default: what takes less than half a second to replay in
   * rows of many records, and about a second in rows of one.
   */
  readonly snapshotRecords?: number | undefined;
  /** The journal could not be written: the ledger is not ready until it has been read again. */
  readonly onFailure?: ((error: SpendfuseError) => void) | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

/** A store that is on disk. */
export interface SqliteStore<Meta> extends Store<Meta> {
  /** Makes a snapshot now; one is made by itself when enough has happened. */
  snapshot(): Promise<void>;
  /** Purges what is older than the retention now; that is done every minute by itself. */
  purge(): Promise<void>;
}

/** No id is known for longer than its horizon, so what is older can go. */
const MIN_RETENTION_MS = 2 * HORIZON_MS;

const SNAPSHOT_RECORDS = 150_000;

/** How long to wait before the journal is opened again; twice as long each time, up to the last. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;

/**
 * Reads the newest snapshot and the rows since, then is ready.
 * @throws SpendfuseError `CONFIG` where the folder is in use or unusable, or the journal is corrupt;
 * the message says what to do.
 */
export async function openSqliteLedger<Meta>(
  options: SqliteLedgerOptions,
): Promise<SqliteStore<Meta>> {
  const { retentionMs = MIN_RETENTION_MS } = options;
  if (!(retentionMs >= MIN_RETENTION_MS)) {
    const message = `a retention of ${retentionMs} ms is too short: ids must be known for 2 days`;
    throw new SpendfuseError({ code: 'CONFIG', message, field: 'retentionMs' });
  }
  await makeFolder(options.folder);
  const ledger = new SqliteLedger<Meta>(options);
  await ledger.open();
  return ledger;
}

/**
 * Contract: an answer, a refusal and an error included, leaves when all that was known when it was made
 * is durable (L3). On a failure of the journal no waiting answer leaves but `UNAVAILABLE`, memory is
 * dropped and read from disk again, and until then every verb is `UNAVAILABLE`.
 */
class SqliteLedger<Meta> implements SqliteStore<Meta> {
  readonly #options: SqliteLedgerOptions;
  readonly #listeners: EndListener[] = [];
  readonly #stop = new AbortController();
  #highWaterMs = 0;
  /** Undefined: not ready. */
  #session: Session<Meta> | undefined;
  #whyNot = 'the ledger is not open yet';
  #recovery: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(options: SqliteLedgerOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#session = await this.#openSession({ isNewAllowed: true });
    this.#highWaterMs = this.#session.highWaterMs;
  }

  get highWaterMs(): number {
    return this.#highWaterMs;
  }

  reserve(plan: ReservePlan<Meta>): Promise<ReserveOutcome<Meta>> {
    return this.#answer(({ verbs }) => verbs.reserve(plan), plan.id);
  }

  find(id: string): Promise<Reservation<Meta> | undefined> {
    return this.#inMemory(id, ({ verbs }) => verbs.find(id));
  }

  commit(request: SettleRequest<Meta>): Promise<Reservation<Meta>> {
    return this.#answer(({ verbs }) => verbs.commit(request), request.id);
  }

  release(request: SettleRequest<Meta>): Promise<void> {
    return this.#answer(({ verbs }) => verbs.release(request), request.id);
  }

  extend(plan: ExtendPlan): Promise<ExtendOutcome<Meta>> {
    return this.#answer(({ verbs }) => verbs.extend(plan), plan.id);
  }

  reset(plan: ResetPlan<Meta>): Promise<void> {
    return this.#answer(({ verbs }) => verbs.reset(plan));
  }

  put(plan: PutPlan<Meta>): Promise<void> {
    return this.#answer(({ verbs }) => verbs.put(plan));
  }

  documents(prefix: string): readonly Document[] {
    return this.#ready().engine.documents(prefix);
  }

  record(plan: RecordPlan<Meta>): Promise<Reservation<Meta>> {
    return this.#answer(({ verbs }) => verbs.record(plan), plan.id);
  }

  expire(request: ExpireRequest): Promise<readonly Reservation<Meta>[]> {
    return this.#answer(({ verbs }) => verbs.expire(request));
  }

  settle(note?: Note<Meta>): Promise<void> {
    return this.#answer(({ journal }) => {
      if (!note) return;
      const { id, nowMs, meta } = note;
      journal.append({ verb: 'note', id, atMs: nowMs, meta });
    });
  }

  check(entries: readonly PlanEntry[]): readonly EntryRefusal[] {
    return this.#ready().engine.check(entries);
  }

  read(query: ReadQuery): CounterSums {
    return this.#ready().engine.read(query);
  }

  counters(budget: string): Iterable<CounterRef> {
    return this.#ready().engine.counters(budget);
  }

  forget(request: ExpireRequest): void {
    this.#session?.forget(request);
  }

  async snapshot(): Promise<void> {
    const { journal, snapshots } = this.#ready();
    await journal.durable();
    await snapshots.make();
  }

  async purge(): Promise<void> {
    await this.#ready().retention.run();
  }

  onEnded(listener: EndListener): void {
    this.#listeners.push(listener);
  }

  get queries(): Queries {
    return this.#ready().index;
  }

  ready(): boolean {
    return this.#session !== undefined;
  }

  openReservations(): number {
    return this.#session?.engine.openCount() ?? 0;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  atOnce(id: string): Verbs<Meta> | undefined {
    const session = this.#session;
    if (!session || isClosed(session, id) || this.#mustLookUp(session, id)) return undefined;
    return session.verbs;
  }

  /** Answers when all that is known now is durable. */
  #answer<T>(verb: (session: Session<Meta>) => T, id?: string): Promise<T> {
    if (id !== undefined) return this.#inMemory(id, (session) => carryOut(session, verb));
    const session = this.#session;
    return session ? carryOut(session, verb) : Promise.reject(this.#unavailable());
  }

  /** Acts once the id, if it was ever used, is in memory again. */
  #inMemory<T>(id: string, act: (session: Session<Meta>) => T | Promise<T>): Promise<T> {
    const session = this.#session;
    if (!session) return Promise.reject(this.#unavailable());
    if (isClosed(session, id)) return Promise.reject(tooOld(id));
    if (!this.#mustLookUp(session, id)) return Promise.resolve(act(session));
    return session.lookUp(id).then((records) => {
      if (this.#session !== session) throw this.#unavailable();
      if (!session.engine.find(id)) session.engine.remember(records);
      return act(session);
    });
  }

  /** Beyond the horizon the engine refuses an id anyway. */
  #mustLookUp({ engine }: Session<Meta>, id: string): boolean {
    if (!engine.mayHaveForgotten(id) || engine.find(id)) return false;
    const nowMs = Math.max(this.#options.nowMs(), this.#highWaterMs);
    return mintedAtMs(id) >= nowMs - HORIZON_MS;
  }

  #ready(): Session<Meta> {
    if (!this.#session) throw this.#unavailable();
    return this.#session;
  }

  #unavailable(): SpendfuseError {
    return new SpendfuseError({ code: 'UNAVAILABLE', message: this.#whyNot });
  }

  async #openSession({ isNewAllowed }: { isNewAllowed: boolean }): Promise<Session<Meta>> {
    const { folder, durability, nowMs, maxSettled, retentionMs, keepUsageMs, log } = this.#options;
    const { snapshotRecords = SNAPSHOT_RECORDS } = this.#options;
    const command = process.argv.slice(0, 2).map((word) => basename(word));
    const since = new Date(nowMs()).toISOString();
    const owner = { pid: process.pid, since, command: command.join(' ') };
    return openSession<Meta>({
      data: { folder, durability, isNewAllowed, owner },
      nowMs,
      maxSettled,
      snapshotRecords,
      retentionMs,
      keepUsageMs,
      log: (line) => log?.(line),
      listeners: this.#listeners,
      onFail: (error) => this.#fail(error),
    });
  }

  #fail(error: SpendfuseError): void {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.#whyNot = error.message;
    this.#options.log?.(`${error.message}; reading the journal again`);
    this.#recovery = this.#recover(session);
    this.#options.onFailure?.(error);
  }

  async #recover(failed: Session<Meta>): Promise<void> {
    await failed.drop();
    const { signal } = this.#stop;
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        this.#session = await this.#openSession({ isNewAllowed: false });
        this.#options.log?.('the journal was read again; the ledger is ready');
        return;
      } catch (error) {
        this.#whyNot = SpendfuseError.from(error).message;
        this.#options.log?.(this.#whyNot);
      }
    }
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await this.#recovery;
    const session = this.#session;
    this.#session = undefined;
    this.#whyNot = 'the ledger is closed';
    await session?.close();
  }
}

function carryOut<Meta, T>(
  session: Session<Meta>,
  verb: (session: Session<Meta>) => T,
): Promise<T> {
  let answer: T;
  try {
    answer = verb(session);
  } catch (error) {
    return session.journal.durable().then(() => {
      throw error;
    });
  }
  return session.journal.durable().then(() => answer);
}

/** Its rows may be purged at any moment, so it must not change any more (L4). */
function isClosed<Meta>({ retention, engine }: Session<Meta>, id: string): boolean {
  const closedBeforeMs = retention.closedBeforeMs();
  if (closedBeforeMs === undefined || mintedAtMs(id) >= closedBeforeMs) return false;
  const held = engine.find(id);
  return held !== undefined && held.state !== 'open';
}

function tooOld(id: string): SpendfuseError {
  const message = `reservation ${id} ended too long ago; mint a new id for each attempt`;
  return new SpendfuseError({ code: 'ID_EXPIRED', message, field: 'id' });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `data folder ${folder} cannot be made: ${why}; choose another one`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
}
