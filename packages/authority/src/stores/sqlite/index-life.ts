// The index as the rest knows it: follows its source, answers, and is made anew where it is unusable.
import type { DatabaseSync } from 'node:sqlite';
import { SpendfuseError } from '@spendfuse/core';
import type { CheckedEntryQuery, EntryPage } from '../../entry-query.ts';
import type { CheckedUsageQuery, UsagePage } from '../../usage-query.ts';
import { selectEntries } from './entries-select.ts';
import { Follower } from './index-follow.ts';
import { isUnusable, openIndex, putAside } from './index-schema.ts';
import type { RowSource } from './index-source.ts';
import { Subjects } from './index-subjects.ts';
import { selectUsage } from './usage-select.ts';

export interface IndexOptions {
  /** Or `:memory:`. */
  readonly file: string;
  readonly source: RowSource;
  readonly log: (line: string) => void;
  readonly nowMs: () => number;
  readonly keepUsageMs?: number | undefined;
  readonly maxUsageRows?: number | undefined;
}

interface Life {
  readonly db: DatabaseSync;
  readonly follower: Follower;
  readonly subjects: Subjects;
}

/** Contract: answers hold all that was in the source when they were asked for. */
export class Index {
  readonly #options: IndexOptions;
  /** Undefined: to be opened, after a failure or for the first time. */
  #life: Life | undefined;

  constructor(options: IndexOptions) {
    this.#options = options;
  }

  /** Works for about `forMs`. False: there was nothing to do. */
  step(forMs: number): boolean {
    return this.#attempt(({ follower }) => follower.step(forMs));
  }

  /** The last row that is in the index; 0: none. */
  row(): number {
    return this.#attempt(({ follower }) => follower.row());
  }

  /** Does what has to be done before a row leaves its source: what it adds to usage stays. */
  beforeLeaving(row: number): void {
    this.#attempt(({ follower }) => {
      if (row > follower.row()) follower.catchUp();
    });
  }

  /** Returns the last row that is in the index; 0: none. */
  catchUp(): number {
    return this.#attempt(({ follower }) => {
      follower.catchUp();
      return follower.row();
    });
  }

  usage(query: CheckedUsageQuery): UsagePage {
    return this.#attempt(({ db, follower, subjects }) => {
      follower.catchUp();
      return selectUsage(query, { db, subjects });
    });
  }

  entries(query: CheckedEntryQuery): EntryPage {
    const { source } = this.#options;
    return this.#attempt(({ db, follower, subjects }) => {
      follower.catchUp();
      return selectEntries(query, { db, source, subjects });
    });
  }

  close(): void {
    this.#life?.db.close();
    this.#life = undefined;
  }

  /** An index that is broken, or one of another journal, is made anew, once for each attempt. */
  #attempt<T>(act: (life: Life) => T): T {
    try {
      this.#life ??= this.#open();
      return act(this.#life);
    } catch (error) {
      if (!isUnusable(error)) throw this.#dropped(error);
      const { file, log } = this.#options;
      this.close();
      log(`the index ${file} is made anew from the journal: ${(error as Error).message}`);
      putAside(file);
    }
    try {
      this.#life = this.#open();
      return act(this.#life);
    } catch (error) {
      throw this.#dropped(error);
    }
  }

  /** After a failure half of a step may be in memory, so it starts afresh from the file. */
  #dropped(error: unknown): unknown {
    if (!(error instanceof SpendfuseError)) this.close();
    return error;
  }

  #open(): Life {
    const { file, source, nowMs, keepUsageMs, maxUsageRows } = this.#options;
    const db = openIndex(file);
    try {
      const follower = new Follower({ db, source, nowMs, keepUsageMs, maxUsageRows });
      return { db, follower, subjects: new Subjects(db) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}
