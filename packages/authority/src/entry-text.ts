// Entries as text: CSV (RFC 4180) or one JSON object a line.
import { formatUsd, USAGE_KINDS } from '@spendfuse/core';
import type { Entry } from './entry.ts';

export type EntryFormat = 'csv' | 'jsonl';

/** What a file of entries begins with. */
export function entriesHead(format: EntryFormat): string {
  return format === 'csv' ? csvLine(Object.keys(COLUMNS)) : '';
}

/** A line for each. */
export function entriesText(entries: readonly Entry[], format: EntryFormat): string {
  return entries.map(format === 'csv' ? csvEntry : jsonLine).join('');
}

type Column = (entry: Entry) => string | number | boolean | null;

const USAGE_COLUMNS: Readonly<Record<string, Column>> = Object.fromEntries(
  USAGE_KINDS.map((kind) => [kind, ({ usage }: Entry) => usage?.[kind] ?? null]),
);

const COLUMNS: Readonly<Record<string, Column>> = {
  time: ({ time }) => time,
  verb: ({ verb }) => verb,
  id: ({ id }) => id,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
  operation: ({ operation }) => operation,
  labels: ({ labels }) => (Object.keys(labels).length === 0 ? null : JSON.stringify(labels)),
  ...USAGE_COLUMNS,
  usageSource: ({ usageSource }) => usageSource,
  costUsd: ({ costNanoUsd }) => costNanoUsd && formatUsd(Number(costNanoUsd)).slice(1),
  costNanoUsd: ({ costNanoUsd }) => costNanoUsd,
  heldNanoUsd: ({ heldNanoUsd }) => heldNanoUsd,
  decision: ({ decision }) => decision,
  maxOutputTokens: ({ maxOutputTokens }) => maxOutputTokens,
  reason: ({ reason }) => reason,
  budgets: ({ budgets }) => budgets.join(' '),
  catalogue: ({ catalogue }) => catalogue,
  late: ({ late }) => late,
  count: ({ count }) => count,
  act: ({ act }) => act,
  by: ({ by }) => by,
};

function csvEntry(entry: Entry): string {
  return csvLine(Object.values(COLUMNS).map((column) => String(column(entry) ?? '')));
}

function csvLine(values: readonly string[]): string {
  return `${values.map(csvValue).join(',')}\r\n`;
}

/** What a spreadsheet would run as a formula becomes text. */
function csvValue(value: string): string {
  const safe = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function jsonLine(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}
