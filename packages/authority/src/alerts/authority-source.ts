// What the alert watcher sees of an authority in this process.
import { randomBytes } from 'node:crypto';
import { type Admission, type Clock, mintId } from '@spendfuse/core';
import type { AdminMeta, EntryMeta } from '../entry.ts';
import type { AuthorityEvent } from '../event.ts';
import type { Store } from '../stores/store.ts';
import type { AlertMemory, AlertSource } from './source.ts';
import { createStandings, type Standings } from './standings.ts';

export interface AuthoritySourceOptions {
  /** As it is now: another one after every change of a budget, top-up or override. */
  readonly admission: () => Admission;
  readonly store: Store<EntryMeta>;
  readonly clock: Clock;
  readonly onEvent: (listener: (event: AuthorityEvent) => void) => void;
}

export function createAlertSource(options: AuthoritySourceOptions): AlertSource {
  const { admission, store, clock, onEvent } = options;
  let made: { readonly from: Admission; readonly standings: Standings } | undefined;
  const standings = (): Standings => {
    const from = admission();
    if (made?.from !== from) made = { from, standings: createStandings(from, store) };
    return made.standings;
  };
  return {
    standing: (counterKey) => standings()(counterKey, clock.now()),
    *counterKeys() {
      for (const { id } of admission().budgets) {
        for (const { key } of store.counters(id)) yield key;
      }
    },
    nowMs: () => clock.now(),
    ready: () => store.ready(),
    onEvent,
    onChanged: (listener) => store.onEnded(listener),
    memory: memoryOf(store, clock),
  };
}

const META: AdminMeta = { kind: 'admin', act: 'noted an alert', by: 'spendfuse' };

function memoryOf(store: Store<EntryMeta>, clock: Clock): AlertMemory {
  return {
    documents: (prefix) => store.documents(prefix),
    put(key, value) {
      const nowMs = clock.now();
      const id = mintId({ nowMs, random: randomBytes(10) });
      return store.put({ id, nowMs, key, value, meta: META });
    },
  };
}
