// Writes the index: a line for each record, and what calls used by minute and subject.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Call } from '@spendfuse/core';
import { decisionOf, isEntry, verbOf } from '../../entries.ts';
import type { Entry } from '../../entry.ts';
import { idKey } from './ids.ts';
import {
  CallTracker,
  type Counts,
  type EntryRecord,
  type LookUp,
  NOTHING,
  type Standing,
} from './usage-fold.ts';

/** Verbs as numbers; those above 3 are rare, and have an index of their own. */
export const VERB_NUMBERS = {
  reserve: 0,
  commit: 1,
  extend: 2,
  release: 3,
  record: 4,
  expire: 5,
  deny: 6,
  reset: 7,
  configure: 8,
} as const satisfies Record<Entry['verb'], number>;

export const COUNT_NAMES = Object.keys(NOTHING) as readonly (keyof Counts)[];

/** `inputTokens` → `input_tokens` */
export function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What the index keeps in memory, beside open calls, before it starts afresh. */
const MAX_INTERNED = 100_000;

interface Tally {
  readonly minute: number;
  readonly subject: number;
  readonly counts: { -readonly [Name in keyof Counts]: number };
  lastSeenMs: number;
}

interface Change {
  readonly after: Counts;
  readonly before: Counts;
  /** 0: the call was not asked for by this. */
  readonly seenMs: number;
}

/** More subjects than an index ever has: a minute and a subject make one safe integer. */
const SUBJECTS = 2 ** 27;

export interface IndexWriterOptions {
  readonly db: DatabaseSync;
  /** For calls that began before this writer. */
  readonly lookUp: LookUp;
}

/**
 * Contract: rows come in their order, each once, between `BEGIN` and `flush`, `COMMIT`; after a
 * rollback the writer is of no use any more.
 */
export class IndexWriter {
  readonly #insert: StatementSync;
  readonly #upsert: StatementSync;
  readonly #subjects: Interner;
  readonly #budgetSets: Interner;
  readonly #calls: CallTracker;
  readonly #ofCall = new WeakMap<Call, number>();
  readonly #ofBudgets = new WeakMap<readonly string[], number>();
  /** By minute and subject. */
  readonly #tallies = new Map<number, Tally>();

  constructor({ db, lookUp }: IndexWriterOptions) {
    this.#insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#upsert = db.prepare(upsertText());
    this.#subjects = new Interner(db, { table: 'subjects', column: 'call' });
    this.#budgetSets = new Interner(db, { table: 'budget_sets', column: 'names' });
    this.#calls = new CallTracker({ lookUp });
  }

  add(row: number, records: readonly EntryRecord[]): void {
    for (let at = 0; at < records.length; at++) this.#addRecord({ row, at, records });
  }

  /** Writes the sums of all that was added. */
  flush(): void {
    for (const { minute, subject, counts, lastSeenMs } of this.#tallies.values()) {
      this.#upsert.run(minute, subject, ...COUNT_NAMES.map((name) => counts[name]), lastSeenMs);
    }
    this.#tallies.clear();
  }

  #addRecord(standing: Standing): void {
    const { row, at, records } = standing;
    const record = records[at] as EntryRecord;
    if (!isEntry(record)) return;
    const { id, atMs } = record;
    const { before, after } = this.#calls.read(standing);
    let subject: number | null = null;
    if (after) {
      subject = this.#subjectOf(after.call);
      const seenMs = isAsking(record) ? after.startedMs : 0;
      const change = { after: after.counts, before: before?.counts ?? NOTHING, seenMs };
      this.#tally(Math.floor(after.startedMs / 60_000), subject, change);
    }
    const budgets = record.verb === 'reset' ? [record.budget] : (after?.budgets ?? []);
    const set = budgets.length > 0 ? this.#setOf(budgets) : null;
    const charged = record.verb === 'expire' ? (after?.counts.costNanoUsd ?? null) : null;
    const verb = VERB_NUMBERS[verbOf(record)];
    const detail = detailOf(record);
    this.#insert.run(row, at, atMs, verb, idKey(id), subject, set, detail, charged);
  }

  #tally(minute: number, subject: number, { after, before, seenMs }: Change): void {
    const key = minute * SUBJECTS + subject;
    let tally = this.#tallies.get(key);
    if (!tally) {
      tally = { minute, subject, counts: { ...NOTHING }, lastSeenMs: 0 };
      this.#tallies.set(key, tally);
    }
    if (seenMs > tally.lastSeenMs) tally.lastSeenMs = seenMs;
    if (after === before) return;
    const { counts } = tally;
    // The table adds without end, a number here does not.
    if (addTo(counts, after, before)) this.flush();
  }

  #setOf(budgets: readonly string[]): number {
    let set = this.#ofBudgets.get(budgets);
    if (set === undefined) {
      set = this.#budgetSets.of(JSON.stringify(budgets));
      this.#ofBudgets.set(budgets, set);
    }
    return set;
  }

  #subjectOf(call: Call): number {
    let subject = this.#ofCall.get(call);
    if (subject === undefined) {
      subject = this.#subjects.of(subjectText(call));
      this.#ofCall.set(call, subject);
    }
    return subject;
  }
}

/** The same text for the same call, whatever the order of its labels. */
function subjectText({ provider, model, operation, labels }: Call): string {
  const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ provider, model, operation, labels: sorted } satisfies Call);
}

/** Whether somebody asks for a call, rather than it going on or ending. */
function isAsking({ verb }: EntryRecord): boolean {
  return verb === 'reserve' || verb === 'record' || verb === 'note';
}

/** Why a denial, how a grant; null: as asked. */
function detailOf(record: EntryRecord): string | null {
  const meta = 'meta' in record ? record.meta : undefined;
  if (meta?.kind === 'denial') return meta.reason;
  const decision = meta?.kind === 'reserve' ? decisionOf(meta) : 'granted';
  return decision === 'granted' ? null : decision;
}

function upsertText(): string {
  const columns = COUNT_NAMES.map(columnOf);
  const sums = columns.map((name) => `${name} = ${name} + excluded.${name}`);
  return `INSERT INTO usage (minute, subject, ${columns.join(', ')}, last_seen_ms)
    VALUES (?, ?, ${columns.map(() => '?').join(', ')}, ?)
    ON CONFLICT DO UPDATE SET ${sums.join(', ')},
      last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`;
}

/** Says whether a sum has become so large that the next one may not be exact. */
function addTo(sums: Tally['counts'], after: Counts, before: Counts): boolean {
  sums.requests += after.requests - before.requests;
  sums.blocked += after.blocked - before.blocked;
  sums.inputTokens += after.inputTokens - before.inputTokens;
  sums.outputTokens += after.outputTokens - before.outputTokens;
  sums.cacheReadTokens += after.cacheReadTokens - before.cacheReadTokens;
  sums.cacheWriteTokens += after.cacheWriteTokens - before.cacheWriteTokens;
  sums.reasoningTokens += after.reasoningTokens - before.reasoningTokens;
  sums.costNanoUsd += after.costNanoUsd - before.costNanoUsd;
  sums.unpriced += after.unpriced - before.unpriced;
  sums.overrunNanoUsd += after.overrunNanoUsd - before.overrunNanoUsd;
  // No part is larger than its whole, and no overrun than its cost.
  const { inputTokens, outputTokens, costNanoUsd } = sums;
  return Math.max(inputTokens, outputTokens, Math.abs(costNanoUsd)) >= 2 ** 52;
}

/** Texts and their numbers in a table that only grows. */
class Interner {
  readonly #known = new Map<string, number>();
  readonly #find: StatementSync;
  readonly #insert: StatementSync;

  constructor(db: DatabaseSync, { table, column }: { table: string; column: string }) {
    this.#find = db.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`);
    this.#insert = db.prepare(`INSERT INTO ${table} (${column}) VALUES (?) RETURNING id`);
  }

  of(text: string): number {
    const before = this.#known.get(text);
    if (before !== undefined) return before;
    const row = this.#find.get(text) ?? this.#insert.get(text);
    const id = row?.['id'] as number;
    if (this.#known.size >= MAX_INTERNED) this.#known.clear();
    this.#known.set(text, id);
    return id;
  }
}
