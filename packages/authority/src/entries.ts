// Records of the ledger as entries: what `GET /api/entries` shows.
import type { LedgerRecord } from '@spendfuse/core';
import { callOf, type Entry, type EntryMeta } from './entry.ts';

type EntryRecord = LedgerRecord<EntryMeta>;

/** The verb an entry is shown under: a note is a denial, a tombstone a release. */
export function verbOf(record: Pick<EntryRecord, 'verb'>): Entry['verb'] {
  if (record.verb === 'note') return 'deny';
  if (record.verb === 'put') return 'configure';
  return record.verb === 'tombstone' ? 'release' : record.verb;
}

export function entryOf(record: EntryRecord): Entry {
  const meta = 'meta' in record ? record.meta : undefined;
  const base = { ...EMPTY, ...callFields(meta), id: record.id, verb: verbOf(record) };
  const entry = { ...base, time: new Date(record.atMs).toISOString() };
  if ('late' in record) Object.assign(entry, { late: record.late });
  switch (meta?.kind) {
    case 'reserve':
      return {
        ...entry,
        heldNanoUsd: textOf(meta.held.costNanoUsd),
        decision: meta.maxOutputTokens === undefined ? 'granted' : 'clamped',
        maxOutputTokens: meta.maxOutputTokens ?? null,
      };
    case 'commit':
      return {
        ...entry,
        usage: meta.usage,
        usageSource: meta.usageSource,
        costNanoUsd: textOf(meta.costNanoUsd),
        catalogue: meta.catalogue,
      };
    case 'denial':
      return {
        ...entry,
        decision: 'denied',
        reason: meta.reason,
        budgets: [...new Set(meta.refusals.map(({ budget }) => budget))],
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
  reason: null,
  budgets: [],
  catalogue: null,
  late: false,
  count: 1,
};

function callFields(meta: EntryMeta | undefined) {
  const call = callOf(meta);
  if (!call) return {};
  const { labels, provider, model, operation } = call;
  return { labels, provider, model, operation };
}

function textOf(amount: number | undefined): string | null {
  return amount === undefined ? null : String(amount);
}
