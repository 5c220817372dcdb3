// What a journal keeps: one record per change, enough to rebuild the engine and to tell the history.
import type { RecordedEntry } from './entry.ts';

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
  | (Common & { readonly verb: 'extend'; readonly expiresAtMs: number })
  /** A release of an unknown id: a reserve of that id arriving later is refused. */
  | (Common & { readonly verb: 'tombstone'; readonly fingerprint: number })
  /** History only: a denial. */
  | (Common & { readonly verb: 'note'; readonly meta: Meta });
