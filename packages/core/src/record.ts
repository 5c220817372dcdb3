// What a journal keeps: one record per change, enough to rebuild the engine and to tell the history.
import type { RecordedEntry } from './entry.ts';
import type { Labels } from './subject.ts';

/** One of each for each entry of the reservation. */
export interface GrownAmounts {
  readonly amounts: readonly number[];
  readonly expireAmounts: readonly number[];
}

interface Common {
  readonly id: string;
  readonly atMs: number;
}

export type SettlingVerb = 'commit' | 'release' | 'expire';

export type LedgerRecord<Meta> =
  | (Common & {
      readonly verb: 'reserve';
      readonly fingerprint: number;
      readonly expiresAtMs: number;
      readonly entries: readonly RecordedEntry[];
      readonly meta: Meta;
    })
  | (Common & {
      readonly verb: 'record';
      readonly fingerprint: number;
      readonly entries: readonly RecordedEntry[];
      readonly meta: Meta;
    })
  | (Common & {
      readonly verb: SettlingVerb;
      readonly fingerprint: number;
      /** What stays committed, one for each entry of the reservation. */
      readonly amounts: readonly number[];
      readonly meta: Meta | undefined;
      readonly late: boolean;
    })
  | (Common & {
      readonly verb: 'extend';
      readonly expiresAtMs: number;
      /** What each entry holds from now on; undefined: as before. */
      readonly grown?: GrownAmounts | undefined;
    })
  /** A release of an unknown id: a reserve of that id arriving later is refused. */
  | (Common & { readonly verb: 'tombstone'; readonly fingerprint: number })
  /** What the counters of a scope have committed is 0 from now on; what is open stays reserved. */
  | (Common & {
      readonly verb: 'reset';
      readonly budget: string;
      /** Only scopes with all of these values; undefined: all. */
      readonly scope: Labels | undefined;
      readonly meta: Meta;
    })
  /** A document kept in the store; null: removed. */
  | (Common & {
      readonly verb: 'put';
      readonly key: string;
      readonly value: unknown;
      readonly meta: Meta;
    })
  /** History only: a denial. */
  | (Common & { readonly verb: 'note'; readonly meta: Meta });

/** `begun`: of a record that ends a reservation, the meta with which that began. */
export type RecordListener<Meta> = (record: LedgerRecord<Meta>, begun: Meta | undefined) => void;
