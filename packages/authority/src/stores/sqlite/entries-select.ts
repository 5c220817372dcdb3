// Pages of entries from the index: it knows where they are, the journal what they say.
import type { DatabaseSync } from 'node:sqlite';
import { type Call, invalid } from '@spendfuse/core';
import { entryOf } from '../../entries.ts';
import type { Entry } from '../../entry.ts';
import type { CheckedEntryQuery, EntryPage } from '../../entry-query.ts';
import { matchesFilter } from '../../subject-filter.ts';
import { firstRowSince, type RowSource, SLACK_MS } from './index-source.ts';
import type { Subjects } from './index-subjects.ts';
import { VERB_NUMBERS } from './index-writer.ts';
import { idKey } from './ids.ts';

/** A record's place: its row, and its index there. */
interface Place {
  readonly row: number;
  readonly at: number;
}

interface Line extends Place {
  readonly subject: number | null;
  readonly charged: number | null;
}

/** A part of a WHERE clause. */
interface Condition {
  readonly sql: string;
  readonly values: readonly (number | string)[];
}

export interface EntriesSelectOptions {
  readonly db: DatabaseSync;
  readonly source: RowSource;
  readonly subjects: Subjects;
}

/** So few subjects or verbs are looked up one by one; more are found on the way through all. */
const MAX_STREAMS = 50;

/** @throws SpendfuseError `INVALID_ARGUMENT` for a strange cursor. */
export function selectEntries(query: CheckedEntryQuery, options: EntriesSelectOptions): EntryPage {
  const { limit, id } = query;
  const entries: Entry[] = [];
  let last: Place | undefined = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  for (;;) {
    // One more than is shown tells whether there is another page.
    const wanted = limit - entries.length + 1;
    const lines = linesOf(query, { ...options, before: last, wanted });
    for (const line of lines) {
      if (entries.length === limit) return { entries, ...(last && { next: cursorOf(last) }) };
      last = line;
      const entry = readLine(line, options);
      // A key may stand for several ids, and a row may just have left the journal.
      if (entry && (id === undefined || entry.id === id)) entries.push(entry);
    }
    if (lines.length < wanted) return { entries };
  }
}

function readLine(line: Line, { source, subjects }: EntriesSelectOptions): Entry | undefined {
  const record = source.recordsIn(line.row)[line.at];
  if (!record) return undefined;
  const call: Call | undefined = line.subject === null ? undefined : subjects.of(line.subject);
  return entryOf(record, { call, chargedNanoUsd: line.charged ?? undefined });
}

interface LinesOptions extends EntriesSelectOptions {
  readonly before: Place | undefined;
  readonly wanted: number;
}

/** The newest first; fewer than wanted: there are no more. */
function linesOf(query: CheckedEntryQuery, options: LinesOptions): readonly Line[] {
  const { db, wanted } = options;
  const common = [...boundsOf(query, options), ...detailsOf(query, options)];
  const found: Line[] = [];
  for (const stream of streamsOf(query, options)) {
    const conditions = [...common, ...stream];
    const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ');
    const statement = db.prepare(`SELECT row, at, subject, charged FROM entries
      WHERE ${where} ORDER BY row DESC, at DESC LIMIT ${wanted}`);
    const values = conditions.flatMap((condition) => condition.values);
    found.push(...(statement.all(...values) as unknown as Line[]));
  }
  return found.sort((a, b) => b.row - a.row || b.at - a.at).slice(0, wanted);
}

function boundsOf(
  { fromMs, toMs }: CheckedEntryQuery,
  { source, before }: LinesOptions,
): readonly Condition[] {
  const first = firstRowSince(source, fromMs - SLACK_MS);
  const end = firstRowSince(source, toMs + SLACK_MS);
  return [
    { sql: 'row >= ? AND row <= ?', values: [first, end] },
    { sql: 'at_ms >= ? AND at_ms < ?', values: [fromMs, toMs] },
    ...(before ? [{ sql: '(row, at) < (?, ?)', values: [before.row, before.at] }] : []),
  ];
}

function detailsOf(query: CheckedEntryQuery, { db }: LinesOptions): readonly Condition[] {
  const { verbs, id, budget, decision, reason } = query;
  const { reserve, deny } = VERB_NUMBERS;
  const conditions: Condition[] = [];
  if (verbs.length > 0)
    conditions.push(
      among(
        'verb',
        verbs.map((verb) => VERB_NUMBERS[verb]),
      ),
    );
  if (id !== undefined) conditions.push({ sql: 'id_key = ?', values: [idKey(id) || 0] });
  if (budget !== undefined) conditions.push(among('budgets', budgetSetsWith(db, budget)));
  if (reason !== undefined) {
    conditions.push({ sql: 'verb = ? AND detail = ?', values: [deny, reason] });
  }
  if (decision === 'denied') conditions.push({ sql: 'verb = ?', values: [deny] });
  else if (decision === 'granted') {
    conditions.push({ sql: 'verb = ? AND detail IS NULL', values: [reserve] });
  } else if (decision !== undefined) {
    conditions.push({ sql: 'verb = ? AND detail = ?', values: [reserve, decision] });
  }
  return conditions;
}

/** Ways through the index that together meet each line once. None: nothing can match. */
function streamsOf(
  query: CheckedEntryQuery,
  { subjects }: LinesOptions,
): readonly (readonly Condition[])[] {
  const { filter, verbs } = query;
  const rare = rareVerbsOf(query);
  const subject =
    Object.keys(filter).length === 0
      ? undefined
      : subjects.where((call) => matchesFilter(call, filter));
  if (subject && subject.length <= MAX_STREAMS) {
    return subject.map((each) => [{ sql: 'subject = ?', values: [each] }]);
  }
  const picked = subject ? [among('subject', subject)] : [];
  if (rare.length === 0 || query.id !== undefined) return [picked];
  return rare
    .filter((verb) => verbs.length === 0 || verbs.includes(verb))
    .map((verb) => [...picked, { sql: 'verb > 3 AND verb = ?', values: [VERB_NUMBERS[verb]] }]);
}

/** The only verbs that can match, if all of them have an index. */
function rareVerbsOf({ verbs, reason, decision }: CheckedEntryQuery): readonly Entry['verb'][] {
  if (reason !== undefined || decision === 'denied') return ['deny'];
  return verbs.every((verb) => VERB_NUMBERS[verb] > 3) ? verbs : [];
}

function budgetSetsWith(db: DatabaseSync, budget: string): readonly number[] {
  const sets = db.prepare('SELECT id, names FROM budget_sets').all();
  return sets
    .filter(({ names }) => (JSON.parse(names as string) as string[]).includes(budget))
    .map(({ id }) => id as number);
}

function among(column: string, numbers: readonly number[]): Condition {
  const sql = `${column} IN (SELECT value FROM json_each(?))`;
  return { sql, values: [JSON.stringify(numbers)] };
}

function cursorOf({ row, at }: Place): string {
  return `${row.toString(36)}.${at.toString(36)}`;
}

function parseCursor(cursor: string): Place {
  const match = /^([0-9a-z]{1,10})\.([0-9a-z]{1,10})$/.exec(cursor);
  if (!match) throw invalid('cursor', 'is none that a page gave');
  const [, row = '', at = ''] = match;
  return { row: Number.parseInt(row, 36), at: Number.parseInt(at, 36) };
}
