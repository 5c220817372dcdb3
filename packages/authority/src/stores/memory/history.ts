// History without a journal: the latest records, in memory.
import { type HistoryPage, type HistoryQuery, invalid, type LedgerRecord } from '@spendfuse/core';

export class History<Meta> {
  readonly #max: number;
  /** Oldest first; the first has the number `#firstNumber`. */
  #records: LedgerRecord<Meta>[] = [];
  #firstNumber = 0;

  constructor({ max }: { readonly max: number }) {
    this.#max = max;
  }

  add(record: LedgerRecord<Meta>): void {
    this.#records.push(record);
    // Cut in halves, so that a record costs no shifting of all others.
    if (this.#records.length < 2 * this.#max) return;
    this.#firstNumber += this.#records.length - this.#max;
    this.#records = this.#records.slice(-this.#max);
  }

  /** A cursor is the number of the last record of the page. */
  page({ limit, cursor, where }: HistoryQuery): HistoryPage<Meta> {
    const records: LedgerRecord<Meta>[] = [];
    const end = this.#firstNumber + this.#records.length;
    const oldest = Math.max(this.#firstNumber, end - this.#max);
    let last = end;
    const start = cursor === undefined ? end : parseCursor(cursor);
    for (let number = Math.min(start, end) - 1; number >= oldest; number--) {
      const record = this.#records[number - this.#firstNumber] as LedgerRecord<Meta>;
      if (where && !where(record)) continue;
      if (records.length === limit) return { records, next: last.toString(36) };
      records.push(record);
      last = number;
    }
    return { records };
  }
}

function parseCursor(cursor: string): number {
  const number = /^[0-9a-z]{1,10}$/.test(cursor) ? Number.parseInt(cursor, 36) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalid('cursor', 'is none that a page gave');
}
