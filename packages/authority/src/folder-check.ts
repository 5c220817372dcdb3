// What a budgets file would find in the data folder of a sidecar that is stopped; nothing is changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Balance,
  type Budget,
  counterKey,
  Engine,
  formatLimit,
  type PreparedBudget,
  SpendfuseError,
} from '@spendfuse/core';
import { isScopeOf } from './balance-page.ts';
import { balancesOf } from './balances.ts';
import type { EntryMeta } from './entry.ts';
import { policyOf } from './policy.ts';
import { readPolicyDocuments } from './policy-documents.ts';
import { createCatalogue } from './prices/catalogue.ts';
import { describe, failureOf } from './stores/sqlite/failure.ts';
import { lockFolder } from './stores/sqlite/lock.ts';
import { replay } from './stores/sqlite/replay.ts';
import { Rows } from './stores/sqlite/rows.ts';
import { journalFile } from './stores/sqlite/schema.ts';

export interface FolderCheckOptions {
  readonly folder: string;
  /** Of a budgets file. */
  readonly budgets: readonly Budget[];
  readonly nowMs: number;
}

export interface BudgetInFolder {
  readonly id: string;
  /**
   * - `new`: the folder has counted nothing for this id that still matters.
   * - `known`: each of its limits has been counted.
   * - `changed`: some limit counts anew, because its unit, its window or `per` is another one.
   * - `gone`: the folder has counted for it, and it is not in the file.
   * - `stored`: a budget that is kept in the store; of the same id, it goes before the one of the file.
   */
  readonly state: 'new' | 'known' | 'changed' | 'gone' | 'stored';
  /** Limits without any counter, which begin at 0, as in `$5.00/day`. */
  readonly fresh: readonly string[];
  /** Limits of scopes that would refuse every call, the fullest first. */
  readonly usedUp: readonly Balance[];
}

/**
 * In the order in which they would be in force, then those that are gone. A counter is only known as
 * long as its window and a day more.
 * @throws SpendfuseError `CONFIG` where the folder has no ledger, a corrupt one, or one that is in use.
 */
export async function checkFolder(options: FolderCheckOptions): Promise<readonly BudgetInFolder[]> {
  const { folder, budgets } = options;
  if (!existsSync(journalFile(folder))) {
    throw config(`data folder ${folder} has no ledger; name the one of the sidecar`);
  }
  const unlock = lockWhereOthersCould(folder, options.nowMs);
  try {
    const { engine, highWaterMs } = await engineOf(folder);
    const nowMs = Math.max(options.nowMs, highWaterMs);
    engine.forget({ nowMs, max: Number.POSITIVE_INFINITY });
    const documents = readPolicyDocuments(engine);
    const sources = { file: budgets, flags: [], catalogue: createCatalogue() };
    const { admission, views } = policyOf({ sources, documents, nowMs });
    const isStored = new Set(
      views.flatMap(({ budget, source }) => (source === 'store' ? [budget.id] : [])),
    );
    const found = admission.prepared.map((prepared) => {
      const { id } = prepared.budget;
      const { state, fresh } = countedBy(engine, prepared);
      const balances = balancesOf({ budgets: [prepared], ledger: engine, query: {}, nowMs });
      const usedUp = balances.filter(isUsedUp).toSorted((a, b) => excess(b) - excess(a));
      return { id, state: isStored.has(id) ? ('stored' as const) : state, fresh, usedUp };
    });
    const known = new Set(found.map(({ id }) => id));
    const gone = [...budgetsIn(engine)].filter((id) => !known.has(id)).toSorted();
    return [...found, ...gone.map((id) => ({ id, state: 'gone' as const, fresh: [], usedUp: [] }))];
  } catch (cause) {
    if (cause instanceof SpendfuseError) throw cause;
    throw config(describe(failureOf(cause), folder), cause);
  } finally {
    unlock?.();
  }
}

async function engineOf(folder: string) {
  const rows = new Rows<EntryMeta>(folder);
  try {
    rows.db.exec('BEGIN');
    const newEngine = () => new Engine<EntryMeta>();
    return await replay({ folder, rows, newEngine, warn: () => undefined });
  } finally {
    rows.close();
  }
}

/** Where nobody may write, nobody else can have it: such a folder is a copy. */
function lockWhereOthersCould(folder: string, nowMs: number): (() => void) | undefined {
  if (!existsSync(join(folder, 'lock.db'))) return undefined;
  const since = new Date(nowMs).toISOString();
  try {
    return lockFolder(folder, { pid: process.pid, since, command: 'spendfuse budgets check' });
  } catch (cause) {
    const failure = failureOf(cause);
    if (failure.kind !== 'owned') return undefined;
    const message = describe(failure, folder).replace(
      'or choose another folder',
      'or compare with it as it runs: --admin http://127.0.0.1:4752',
    );
    throw config(message, cause);
  }
}

function countedBy(
  engine: Engine<EntryMeta>,
  { budget, limits }: PreparedBudget,
): Pick<BudgetInFolder, 'state' | 'fresh'> {
  const refs = [...engine.counters(budget.id)];
  if (refs.length === 0) return { state: 'new', fresh: [] };
  const current = refs.filter(({ scope }) => isScopeOf(budget, scope));
  const fresh = limits.flatMap(({ limit, window }) => {
    if (!window) return [];
    const prefix = counterKey({ budget, limit, scopeKey: '' });
    return current.some(({ key }) => key.startsWith(prefix)) ? [] : [formatLimit(limit)];
  });
  return { state: fresh.length > 0 ? 'changed' : 'known', fresh };
}

/** A limit of 0 refuses on purpose. */
function isUsedUp({ limit, remaining, mode }: Balance): boolean {
  return mode === 'enforce' && limit > 0 && remaining === 0;
}

function excess({ committed, reserved, limit }: Balance): number {
  return (committed + reserved) / limit;
}

function budgetsIn(engine: Engine<EntryMeta>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const part of engine.dump()) {
    if (part.kind === 'counter') ids.add(part.counter.ref.budget);
  }
  return ids;
}

function config(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
