// The subjects of the index by their number, as calls.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Call } from '@spendfuse/core';

/** Of a few hundred bytes each. */
const MAX_KNOWN = 200_000;

export class Subjects {
  readonly #known = new Map<number, Call>();
  readonly #find: StatementSync;
  readonly #all: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT call FROM subjects WHERE id = ?');
    this.#all = db.prepare('SELECT id, call FROM subjects');
  }

  of(id: number): Call {
    const before = this.#known.get(id);
    if (before) return before;
    const text = this.#find.get(id)?.['call'] as string;
    return this.#keep(id, JSON.parse(text) as Call);
  }

  /** Numbers of the subjects for which this holds. */
  where(holds: (call: Call) => boolean): readonly number[] {
    const found: number[] = [];
    for (const { id, call: text } of this.#all.iterate()) {
      const call = this.#known.get(id as number) ?? (JSON.parse(text as string) as Call);
      if (holds(this.#keep(id as number, call))) found.push(id as number);
    }
    return found;
  }

  #keep(id: number, call: Call): Call {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(id, call);
    return call;
  }
}
