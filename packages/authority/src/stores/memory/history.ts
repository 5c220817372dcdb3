// History without a journal: the latest records, in memory, and an index over them in a thread.
import type { CounterRef, LedgerRecord } from '@spendfuse/core';
import type { CheckedEntryFilter } from '../../entry-query.ts';
import { IndexReader } from '../sqlite/index-reader.ts';
import type { EntryRecord } from '../sqlite/usage-fold.ts';
import type { ExportBatch, Queries } from '../store.ts';

/** So many records go to the index at once: a few milliseconds of this thread. */
const BATCH = 256;

/** Usage is kept longer than entries, but not without bounds: minutes of one subject. */
const MAX_USAGE_ROWS = 100_000;

export class History<Meta> {
  readonly #max: number;
  /** Oldest first; the first has the number `#firstNumber`. */
  #records: LedgerRecord<Meta>[] = [];
  #firstNumber = 0;
  readonly #index: IndexReader;
  /** The number of the first record that the index has not been given. */
  #unsent = 0;
  /** The first question has begun the index: who never asks pays nothing for answers. */
  #isSending = false;

  constructor({ max }: { readonly max: number }) {
    this.#max = max;
    this.#index = new IndexReader({
      data: { kind: 'memory', maxRecords: max, maxUsageRows: MAX_USAGE_ROWS },
    });
  }

  readonly queries: Queries = {
    usage: async (query) => {
      await this.#sendAll();
      return this.#index.usage(query);
    },
    entries: async (query) => {
      await this.#sendAll();
      return this.#index.entries(query);
    },
    exportEntries: (filter) => this.#export(filter),
  };

  add(record: LedgerRecord<Meta>): void {
    this.#records.push(record);
    const count = this.#records.length;
    if (this.#isSending && this.#unsentCount() >= BATCH) this.#send();
    // Cut in halves, so that a record costs no shifting of all others.
    if (count < 2 * this.#max) return;
    while (this.#isSending && this.#unsentCount() > 0) this.#send();
    this.#firstNumber += count - this.#max;
    this.#unsent = Math.max(this.#unsent, this.#firstNumber);
    this.#records = this.#records.slice(-this.#max);
  }

  close(): Promise<void> {
    return this.#index.close();
  }

  async *#export(filter: CheckedEntryFilter): AsyncIterable<ExportBatch> {
    await this.#sendAll();
    yield* this.#index.exportEntries(filter);
  }

  /** Other work of this thread goes on between batches. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    const end = this.#firstNumber + this.#records.length;
    while (this.#unsent < end) {
      this.#send();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #send(): void {
    const start = this.#unsent - this.#firstNumber;
    const batch = this.#records.slice(start, start + BATCH);
    this.#index.add(batch.map((record) => plain(record) as EntryRecord));
    this.#unsent += batch.length;
  }

  #unsentCount(): number {
    return this.#firstNumber + this.#records.length - this.#unsent;
  }
}

/** Without what a plan knows beside it: that is for this thread alone. */
function plain<Meta>(record: LedgerRecord<Meta>): LedgerRecord<Meta> {
  if (record.verb !== 'reserve' && record.verb !== 'record') return record;
  const entries = record.entries.map((entry) => {
    const { counter, bucket, oldestBucket, amount, expireAmount, forgetAtMs } = entry;
    const ref = refOf(counter);
    return { counter: ref, bucket, oldestBucket, amount, expireAmount, forgetAtMs };
  });
  return { ...record, entries };
}

function refOf({ key, budget, unit, scope }: CounterRef): CounterRef {
  return { key, budget, unit, scope };
}
