// `spendfuse budgets …`: look at budgets, in files and in a running sidecar, and change those kept there.
import type { Command } from 'commander';
import { addAllowances } from './allowances.ts';
import { addBackfill } from './backfill.ts';
import { addCheck } from './check.ts';
import { addExplain } from './explain.ts';
import { addList } from './list.ts';
import { addRemove } from './remove.ts';
import { addSchema } from './schema.ts';
import { addSet } from './set.ts';

const HELP = `
A budget of the command line goes before one of the store, which goes before one of the file with the
same id. \`set\` and \`delete\` work on the store. Whatever is edited, what was spent stays counted;
only \`reset\` clears it.

Examples:
  $ spendfuse budgets check budgets.yaml
  $ spendfuse budgets explain --label user=u1 --model gpt-5 --input 1200 --output 800
  $ spendfuse budgets set team-daily --limit '$5/day' --per user
  $ spendfuse budgets override team-daily '+$50' --until 'Friday 18:00'`;

export function addBudgets(program: Command): void {
  const budgets = program
    .command('budgets')
    .description('check, explain and change budgets')
    .addHelpText('after', HELP);
  addCheck(budgets);
  addExplain(budgets);
  addList(budgets);
  addSet(budgets);
  addBackfill(budgets);
  addAllowances(budgets);
  addRemove(budgets);
  addSchema(budgets);
}
