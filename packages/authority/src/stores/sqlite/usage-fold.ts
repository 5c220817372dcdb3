// What each record means for usage: a call counts what its latest record says, never twice.
import { type Call, type LedgerRecord, mintedAtMs } from '@spendfuse/core';
import { callOf, type CommitMeta, type EntryMeta } from '../../entry.ts';

export type EntryRecord = LedgerRecord<EntryMeta>;

/** What one call, or many, used. Safe integers. */
export interface Counts {
  readonly requests: number;
  readonly blocked: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: number;
  readonly unpriced: number;
  readonly overrunNanoUsd: number;
}

export const NOTHING: Counts = {
  requests: 0,
  blocked: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0,
  unpriced: 0,
  overrunNanoUsd: 0,
};

const ONE_REQUEST: Counts = { ...NOTHING, requests: 1 };

/** A call as its records so far tell it. */
export interface CallState {
  readonly call: Call;
  /** When it was reserved, to whose minute all that it uses belongs. */
  readonly startedMs: number;
  readonly counts: Counts;
  /** Budgets it counts for, or that refused it; sorted. */
  readonly budgets: readonly string[];
  /** Which entries of its reserve are money. */
  readonly costEntries: readonly number[];
  readonly heldNanoUsd: number;
}

/** Of a call whose reserve is not in the journal any more, in a record that does not say it again. */
const NO_CALL: Call = { labels: {}, provider: '', model: '', operation: '' };

/**
 * The call as a record leaves it; undefined: the record is about no call. A release or a commit that
 * comes after an expiry replaces what that charged (L5).
 */
export function fold(record: EntryRecord, before: CallState | undefined): CallState | undefined {
  switch (record.verb) {
    case 'reset':
    case 'put':
    case 'tombstone':
      return undefined;
    case 'note':
      return denied(record);
    case 'record':
      // What counters take over is usage already.
      return record.meta?.kind === 'admin' ? undefined : begun(record);
    case 'reserve':
      return begun(record);
    default:
      return goneOn(record, before ?? unknown(record));
  }
}

function denied({ atMs, meta }: Extract<EntryRecord, { verb: 'note' }>): CallState | undefined {
  if (meta?.kind !== 'denial') return undefined;
  return {
    call: meta.call,
    startedMs: atMs,
    counts: { ...NOTHING, blocked: meta.count },
    budgets: sorted(meta.refusals.map(({ budget }) => budget)),
    costEntries: [],
    heldNanoUsd: 0,
  };
}

function begun(record: Extract<EntryRecord, { verb: 'reserve' | 'record' }>): CallState {
  const { id, atMs, entries, meta } = record;
  return {
    call: callOf(meta) ?? NO_CALL,
    startedMs: record.verb === 'reserve' ? atMs : Math.min(atMs, mintedAtMs(id)),
    counts: meta?.kind === 'commit' ? settled(meta) : ONE_REQUEST,
    budgets: sorted(entries.map(({ counter }) => counter.budget)),
    costEntries: entries.flatMap(({ counter }, i) => (counter.unit === 'cost' ? [i] : [])),
    heldNanoUsd: meta?.kind === 'reserve' ? (meta.held.costNanoUsd ?? 0) : 0,
  };
}

type LaterRecord = Extract<EntryRecord, { verb: 'commit' | 'release' | 'expire' | 'extend' }>;

function goneOn(record: LaterRecord, before: CallState): CallState {
  switch (record.verb) {
    case 'extend':
      return before;
    case 'commit':
      return {
        ...before,
        counts: record.meta?.kind === 'commit' ? settled(record.meta) : ONE_REQUEST,
      };
    case 'release': {
      const sent = record.meta?.kind === 'release' && record.meta.sent;
      return { ...before, counts: sent ? ONE_REQUEST : NOTHING };
    }
    case 'expire': {
      const costNanoUsd = expiredCost(record.amounts, before);
      return { ...before, counts: { ...ONE_REQUEST, costNanoUsd } };
    }
  }
}

/** The most that a budget charged; where none counts money, what was held may have been billed. */
function expiredCost(amounts: readonly number[], before: CallState): number {
  const { costEntries, heldNanoUsd } = before;
  if (costEntries.length === 0) return heldNanoUsd;
  return Math.max(...costEntries.map((index) => amounts[index] ?? 0));
}

function settled({ usage, costNanoUsd, overrunNanoUsd }: CommitMeta): Counts {
  return {
    requests: 1,
    blocked: 0,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    reasoningTokens: usage.reasoningTokens,
    costNanoUsd: costNanoUsd ?? 0,
    unpriced: costNanoUsd === undefined ? 1 : 0,
    overrunNanoUsd,
  };
}

/** Its reserve was purged: it begins with what is left of it. */
function unknown(record: LaterRecord): CallState {
  const meta = 'meta' in record ? record.meta : undefined;
  const startedMs = Math.min(record.atMs, mintedAtMs(record.id));
  const rest = { budgets: [], costEntries: [], heldNanoUsd: 0 };
  return { call: callOf(meta) ?? NO_CALL, startedMs, counts: NOTHING, ...rest };
}

function sorted(names: readonly string[]): readonly string[] {
  if (names.length < 2) return names;
  return [...new Set(names)].sort();
}

/** A record where it stands. */
export interface Standing {
  readonly row: number;
  readonly at: number;
  /** All of the row. */
  readonly records: readonly EntryRecord[];
}

/** What is known of an id from rows before one, the oldest first. */
export type LookUp = (id: string, beforeRow: number) => readonly EntryRecord[];

/**
 * The calls that have not ended, as a journal is read from some row on; whatever else is needed is
 * looked up.
 */
export class CallTracker {
  readonly #open = new Map<string, CallState>();
  readonly #lookUp: LookUp;

  constructor({ lookUp }: { readonly lookUp: LookUp }) {
    this.#lookUp = lookUp;
  }

  /** The call before and after a record. Records come in their order. */
  read(standing: Standing): { readonly before?: CallState; readonly after?: CallState } {
    const record = standing.records[standing.at] as EntryRecord;
    const { verb, id } = record;
    const isLater =
      verb === 'commit' || verb === 'release' || verb === 'expire' || verb === 'extend';
    const before = isLater ? (this.#open.get(id) ?? this.#find(id, standing)) : undefined;
    const after = fold(record, before);
    if (after && (verb === 'reserve' || verb === 'extend')) this.#open.set(id, after);
    else if (isLater) this.#open.delete(id);
    return { ...(before && { before }), ...(after && { after }) };
  }

  #find(id: string, { row, at, records }: Standing): CallState | undefined {
    const sameRow = records.slice(0, at).filter((each) => each.id === id);
    let state: CallState | undefined;
    for (const record of [...this.#lookUp(id, row), ...sameRow]) {
      if (record.verb !== 'note') state = fold(record, state);
    }
    return state;
  }
}
