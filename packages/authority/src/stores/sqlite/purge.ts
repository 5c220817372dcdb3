// Purging: the oldest rows go, a few at a time, and leave behind what they added (L12).
import type { StatementSync } from 'node:sqlite';
import { Carry } from './carry.ts';
import { idKey, idKeys } from './ids.ts';
import type { Purged, PurgeRequest } from './messages.ts';
import type { DecodedRow, Rows } from './rows.ts';
import { Tally } from './tally.ts';

/** How much goes in one step: it takes a few milliseconds, in which groups wait. */
const MAX_ROWS = 50;
const MAX_BYTES = 20 * 1024;
const MAX_FORGOTTEN = 500;

/**
 * Contract: after each step, the state that the purged rows had led to is the one in `carry`. So a
 * journal can always be replayed from `carry` on, snapshots or not.
 */
export class Purge {
  readonly #rows: Rows<unknown>;
  readonly #carry: Carry;
  readonly #unindex: StatementSync;
  readonly #isNamed: StatementSync;

  constructor(rows: Rows<unknown>) {
    this.#rows = rows;
    this.#carry = new Carry(rows.db);
    this.#unindex = rows.db.prepare('DELETE FROM ids WHERE id = ? AND row = ?');
    this.#isNamed = rows.db.prepare('SELECT 1 FROM ids WHERE id = ? AND row > ? LIMIT 1');
  }

  step(request: PurgeRequest): Purged {
    const { db } = this.#rows;
    const purged = this.#rows.purged();
    const { due, more, blocked } = this.#due(purged, request);
    const last = due.at(-1);
    if (!last) return { purged, more, blocked };
    db.exec('BEGIN IMMEDIATE');
    try {
      this.#carryOver(due, last.seq);
      this.#delete(due, last);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
    return { purged: last.seq, more, blocked };
  }

  /** The newest row always stays: it has the time of the ledger. */
  #due(purged: number, { beforeMs, keepFrom }: PurgeRequest) {
    const due: DecodedRow<unknown>[] = [];
    let bytes = 0;
    const end = this.#rows.lastRow();
    for (const row of this.#rows.after(purged, Math.min(MAX_ROWS, Math.max(0, end - purged - 1)))) {
      if (row.atMs >= beforeMs) return { due, more: false, blocked: false };
      if (row.seq >= keepFrom) return { due, more: false, blocked: true };
      due.push(row);
      bytes += row.body.length;
      if (bytes > MAX_BYTES) break;
    }
    return { due, more: due.length > 0, blocked: false };
  }

  #carryOver(due: readonly DecodedRow<unknown>[], lastRow: number): void {
    const carry = this.#carry;
    const tally = new Tally({
      counter: ({ key }) => carry.counter(key),
      reservation: (id) => carry.reservation(id),
      countersOf: (budget) => carry.countersOf(budget),
      reservations: () => carry.reservations(),
    });
    // What makes no sense here was reported by `verify`; what it says is carried all the same.
    for (const { records } of due) {
      for (const record of this.#rows.withCalls(records)) tally.add(record);
    }
    for (const counter of tally.counters.values()) carry.putCounter(counter);
    for (const id of tally.final) carry.dropReservation(id);
    for (const held of tally.reservations.values()) {
      // What has ended and is not named again cannot change any more: its id has long expired.
      const lives = held.state === 'open' || this.#isNamedAfter(held.id, lastRow);
      if (lives) carry.putReservation(held);
      else carry.dropReservation(held.id);
    }
    for (const [key, value] of tally.documents) carry.putDocument(key, value);
  }

  #isNamedAfter(id: string, row: number): boolean {
    return this.#isNamed.get(idKey(id), row) !== undefined;
  }

  #delete(due: readonly DecodedRow<unknown>[], last: DecodedRow<unknown>): void {
    const { db } = this.#rows;
    for (const { seq, records } of due) {
      for (const key of idKeys(records)) this.#unindex.run(key, seq);
    }
    db.prepare('DELETE FROM journal WHERE seq <= ?').run(last.seq);
    db.prepare('DELETE FROM counters WHERE retired <= ?').run(last.seq);
    db.prepare(`UPDATE facts SET value = ? WHERE name = 'purged'`).run(String(last.seq));
    // A later row that uses what is over by then starts it anew.
    db.prepare(
      `DELETE FROM carry WHERE (kind, key) IN
       (SELECT kind, key FROM carry WHERE forget_at_ms <= ? LIMIT ${MAX_FORGOTTEN})`,
    ).run(last.atMs);
  }
}
