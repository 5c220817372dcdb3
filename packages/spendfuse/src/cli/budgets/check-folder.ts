// What a data folder has counted for the budgets of a file, as people and machines read it.
import type { BudgetInFolder } from '@spendfuse/authority';
import { amountText, type Column, countText, labelsText, limitText, table } from '../output.ts';

const COLUMNS: readonly Column[] = [
  { head: 'budget' },
  { head: 'in the folder' },
  { head: 'begins at 0' },
  { head: 'used up' },
];

const STATES: Readonly<Record<BudgetInFolder['state'], string>> = {
  new: 'new: begins at 0',
  known: 'counted',
  changed: 'counted otherwise',
  gone: 'counted, but not in the file',
  stored: 'kept in the store, which goes before the file',
};

export function folderText(found: readonly BudgetInFolder[]): string {
  const rows = found.map(({ id, state, fresh, usedUp }) => [
    id,
    STATES[state],
    fresh.join(', '),
    usedUpText(usedUp),
  ]);
  return rows.length === 0 ? 'The folder has counted for no budget.' : table(COLUMNS, rows);
}

const MOST_NAMED = 3;

/** `user=u1: $7.00 of $5.00/day`, of the fullest. */
function usedUpText(balances: BudgetInFolder['usedUp']): string {
  const named = balances.slice(0, MOST_NAMED).map((balance) => {
    const { scope, unit, committed, reserved } = balance;
    const text = `${amountText(unit, committed + reserved)} of ${limitText(balance)}`;
    return [labelsText(scope), text].filter(Boolean).join(': ');
  });
  const more = balances.length - named.length;
  return [...named, ...(more > 0 ? [`and ${countText(more)} more`] : [])].join('; ');
}

/** Amounts as decimal strings, as in the admin API. */
export function folderJson({ usedUp, ...rest }: BudgetInFolder) {
  const json = usedUp.map(({ scope, unit, window, limit, committed, reserved }) => ({
    scope,
    unit,
    window,
    limit: String(limit),
    committed: String(committed),
    reserved: String(reserved),
  }));
  return { ...rest, usedUp: json };
}
