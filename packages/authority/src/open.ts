// Opens an authority with the store that the options ask for.
import type { Budget, Clock } from '@spendfuse/core';
import { createAuthority } from './authority.ts';
import type { EntryMeta } from './entry.ts';
import type { LocalAuthority } from './local.ts';
import type { PriceCatalogue } from './prices/price.ts';
import { openMemoryLedger } from './stores/memory/ledger.ts';
import { openSqliteLedger } from './stores/sqlite/ledger.ts';

export interface OpenAuthorityOptions {
  /** Where the ledger is kept, for one process at a time. Undefined: in memory only. */
  readonly dataFolder?: string | undefined;
  /** `disk` (default) survives a power cut, `process` a crash of this process. */
  readonly durability?: 'disk' | 'process' | undefined;
  /** How long entries are kept; undefined: for ever. */
  readonly retentionMs?: number | undefined;
  /** How long usage is kept, which outlives entries; undefined: for ever. */
  readonly keepUsageMs?: number | undefined;
  /** Of a budgets file, in its order. */
  readonly budgets: readonly Budget[];
  /** Of a command line: they go before those of the store, which go before those of the file. */
  readonly flags?: readonly Budget[] | undefined;
  readonly catalogue: PriceCatalogue;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /** Hears of a journal that cannot be written, and of its recovery. */
  readonly log?: { warn(message: string): void } | undefined;
}

/**
 * @throws SpendfuseError `CONFIG` where the folder cannot be used: not writable, in use by another
 * process, or corrupt. The message says what to do.
 */
export async function openAuthority(options: OpenAuthorityOptions): Promise<LocalAuthority> {
  const { dataFolder, durability = 'disk', retentionMs, keepUsageMs } = options;
  const { budgets, flags, catalogue, log } = options;
  const clock = options.clock ?? { now: Date.now };
  const store =
    dataFolder === undefined
      ? openMemoryLedger<EntryMeta>()
      : await openSqliteLedger<EntryMeta>({
          folder: dataFolder,
          durability,
          retentionMs,
          keepUsageMs,
          nowMs: () => clock.now(),
          log: (line) => log?.warn(line),
        });
  return createAuthority({ budgets, flags, catalogue, store, clock });
}
