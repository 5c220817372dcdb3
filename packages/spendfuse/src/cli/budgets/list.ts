// `spendfuse budgets list`: what is in force at a sidecar, and where it comes from.
import type { Labels } from '@spendfuse/core';
import type { Command } from 'commander';
import { amountText, type Column, labelsText, print, table } from '../output.ts';
import {
  adminClient,
  type AdminFlags,
  type AllowanceJson,
  type BudgetJson,
} from './admin-client.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';

const HELP = `
Examples:
  $ spendfuse budgets list
  $ spendfuse budgets list --json`;

const COLUMNS: readonly Column[] = [
  { head: 'budget' },
  { head: 'from' },
  { head: 'limits' },
  { head: 'per' },
  { head: 'matches' },
  { head: 'mode' },
];

const ALLOWANCES: readonly Column[] = [
  { head: 'id' },
  { head: 'kind' },
  { head: 'budget' },
  { head: 'scope' },
  { head: 'adds', align: 'right' },
  { head: 'until (UTC)' },
  { head: 'by' },
  { head: 'note' },
];

export function addList(budgets: Command): void {
  const command = budgets
    .command('list')
    .description('list the budgets in force, and what tops them up');
  withAdmin(command).addHelpText('after', HELP).action(list);
}

async function list(flags: AdminFlags & JsonFlag): Promise<void> {
  const client = await adminClient(flags);
  const [budgets, allowances] = await Promise.all([client.budgets(), client.allowances()]);
  if (flags.json) {
    printJson({ budgets, allowances });
    return;
  }
  if (budgets.length === 0) print('No budgets: calls are counted, none is refused.');
  else print(table(COLUMNS, budgets.map(budgetRow)));
  if (allowances.length > 0) print(`\n${table(ALLOWANCES, allowances.map(allowanceRow))}`);
}

function budgetRow({ id, source, hidesFile, limits, definition }: BudgetJson): readonly string[] {
  const { per, match, mode } = definition as {
    readonly per: readonly string[];
    readonly match: Readonly<Record<string, readonly string[]>>;
    readonly mode: string;
  };
  const wanted = Object.entries(match).map(([label, patterns]) => `${label}=${patterns.join('|')}`);
  return [
    id,
    hidesFile ? `${source}, not file` : source,
    limits.map(({ text }) => text).join(', '),
    per.join(', '),
    wanted.join(' ') || 'every call',
    mode,
  ];
}

function allowanceRow(allowance: AllowanceJson): readonly string[] {
  const { id, kind, budget, scope, unit, window, amount, from, until, by, note } = allowance;
  const size = amountText(unit, Number(amount));
  const begins = from === null ? '' : `${shortTime(from)} to `;
  return [
    id,
    kind,
    budget,
    labelsText(scope as Labels),
    window === null ? size : `${size}/${window}`,
    until === null ? '' : `${begins}${shortTime(until)}`,
    by,
    note ?? '',
  ];
}

function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
