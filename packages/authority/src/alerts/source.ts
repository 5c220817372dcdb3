// PORT: what the alert watcher sees of the authority that it watches.
import type { AuthorityEvent } from '../event.ts';
import type { Standing } from './crossings.ts';

export interface AlertSource {
  /** As it stands now; undefined: no limit in force counts here. Throws while the ledger is not ready. */
  standing(counterKey: string): Standing | undefined;
  /** Every counter there is; may be read bit by bit while counters come and go. */
  counterKeys(): Iterable<string>;
  /** The authority's time, which never goes back. */
  nowMs(): number;
  ready(): boolean;
  onEvent(listener: (event: AuthorityEvent) => void): void;
  /** Called with the counters that a verb has changed. */
  onChanged(listener: (changed: readonly Changed[]) => void): void;
  readonly memory: AlertMemory;
}

export interface Changed {
  readonly counter: { readonly key: string };
}

/** Documents of the ledger. */
export interface AlertMemory {
  /** All whose key begins so. */
  documents(prefix: string): readonly { readonly key: string; readonly value: unknown }[];
  /** Resolves when it is durable; null removes. */
  put(key: string, value: unknown): Promise<void>;
}
