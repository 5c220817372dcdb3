// Records of the ledger as entries: what `GET /api/entries` shows.
import { type Call, type LedgerRecord, type Refusal, usageOf } from '@spendfuse/core';
import { callOf, type Entry, type EntryMeta, type ReserveMeta } from './entry.ts';

type EntryRecord = LedgerRecord<EntryMeta>;

/** The verb an entry is shown under: a note is a denial, a tombstone a release, an act is one. */
export function verbOf(record: EntryRecord): Entry['verb'] {
  if (record.verb === 'note') return 'deny';
  if (record.verb === 'put' || isBackfill(record)) return 'configure';
  return record.verb === 'tombstone' ? 'release' : record.verb;
}

/** What alerts remember is no act of anybody, so it is no entry. */
export function isEntry(record: EntryRecord): boolean {
  return record.verb !== 'put' || !record.key.startsWith('alert/');
}

/** What a record alone does not say. */
export interface Known {
  /** From the reserve of its id. */
  readonly call?: Call | undefined;
  /** By an expiry. */
  readonly chargedNanoUsd?: number | undefined;
}

export function entryOf(record: EntryRecord, known: Known = {}): Entry {
  const meta = 'meta' in record ? record.meta : undefined;
  const entry = {
    ...EMPTY,
    ...callFields(known.call ?? callOf(meta)),
    ...changeFields(record),
    id: record.id,
    time: new Date(record.atMs).toISOString(),
    verb: verbOf(record),
    late: 'late' in record && record.late,
    costNanoUsd: record.verb === 'expire' ? textOf(known.chargedNanoUsd) : null,
  };
  switch (meta?.kind) {
    case 'reserve':
      return {
        ...entry,
        heldNanoUsd: textOf(meta.held.costNanoUsd),
        decision: decisionOf(meta),
        maxOutputTokens: meta.maxOutputTokens ?? null,
        askedModel: meta.askedModel ?? null,
        shadowBudgets: budgetsOf(meta.shadow ?? []),
      };
    case 'commit':
      return {
        ...entry,
        // Of an older version, it lacks the kinds that were added since.
        usage: usageOf(meta.usage),
        usageSource: meta.usageSource,
        costNanoUsd: textOf(meta.costNanoUsd),
        catalogue: meta.catalogue,
      };
    case 'denial':
      return {
        ...entry,
        decision: 'denied',
        reason: meta.reason,
        budgets: budgetsOf(meta.refusals),
        count: meta.count,
      };
    default:
      return entry;
  }
}

const EMPTY: Omit<Entry, 'id' | 'time' | 'verb'> = {
  labels: {},
  provider: null,
  model: null,
  operation: null,
  usage: null,
  usageSource: null,
  costNanoUsd: null,
  heldNanoUsd: null,
  decision: null,
  maxOutputTokens: null,
  askedModel: null,
  shadowBudgets: [],
  reason: null,
  budgets: [],
  catalogue: null,
  late: false,
  count: 1,
  act: null,
  by: null,
};

/** How a reserve was granted. */
export function decisionOf(meta: ReserveMeta): 'granted' | 'clamped' | 'downgraded' {
  if (meta.askedModel !== undefined) return 'downgraded';
  return meta.maxOutputTokens === undefined ? 'granted' : 'clamped';
}

function budgetsOf(refusals: readonly Pick<Refusal, 'budget'>[]): readonly string[] {
  return [...new Set(refusals.map(({ budget }) => budget))];
}

/** What counters have taken over of earlier usage. */
function isBackfill(record: EntryRecord): boolean {
  return record.verb === 'record' && record.meta?.kind === 'admin';
}

/** Of an act of administration: what it changed, and who did it. */
function changeFields(record: EntryRecord): Partial<Entry> {
  switch (record.verb) {
    case 'reset': {
      const { budget, scope = {}, meta } = record;
      const { act = 'reset', by = null } = actOf(meta);
      return { act, by, budgets: [budget], labels: scope };
    }
    case 'put': {
      const { key, value, meta } = record;
      const { act = `${value === null ? 'removed' : 'set'} ${key}`, by = null } = actOf(meta);
      return { act, by };
    }
    case 'record':
      return isBackfill(record)
        ? {
            ...actOf(record.meta),
            budgets: budgetsOf(record.entries.map(({ counter }) => counter)),
          }
        : {};
    default:
      return {};
  }
}

function actOf(meta: EntryMeta): { readonly act?: string; readonly by?: string } {
  return meta?.kind === 'admin' ? { act: meta.act, by: meta.by } : {};
}

function callFields(call: Call | undefined) {
  if (!call) return {};
  const { labels, provider, model, operation } = call;
  return { labels, provider, model, operation };
}

function textOf(amount: number | undefined): string | null {
  return amount === undefined ? null : String(amount);
}
