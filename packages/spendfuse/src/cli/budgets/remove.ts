// `spendfuse budgets reset | delete`: what is counted becomes 0; a budget leaves the store.
import type { Command } from 'commander';
import { collect, parseLabels } from '../options.ts';
import { labelsText, print } from '../output.ts';
import { adminClient, type AdminFlags } from './admin-client.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';

interface ResetFlags extends AdminFlags, JsonFlag {
  readonly scope?: readonly string[];
}

const RESET_HELP = `
What calls in flight hold stays held. The history keeps what was spent, and who reset it.

Examples:
  $ spendfuse budgets reset team-daily
  $ spendfuse budgets reset per-user --scope user=u1`;

const DELETE_HELP = `
A budget of the file with this id is in force again then. What was counted is kept: the same id, made
again, goes on from there.

Example:
  $ spendfuse budgets delete team-daily`;

export function addRemove(budgets: Command): void {
  const reset = budgets
    .command('reset')
    .description('set what a budget has counted to 0')
    .argument('<budget>', 'id of the budget')
    .option('--scope <name=value>', 'only where these values count (repeatable)', collect);
  withAdmin(reset).addHelpText('after', RESET_HELP).action(resetBudget);
  const remove = budgets
    .command('delete')
    .description('remove a budget from the store of a sidecar')
    .argument('<budget>', 'id of the budget');
  withAdmin(remove).addHelpText('after', DELETE_HELP).action(deleteBudget);
}

async function resetBudget(budget: string, flags: ResetFlags): Promise<void> {
  const scope = parseLabels(flags.scope ?? [], '--scope');
  await (await adminClient(flags)).reset(budget, scope);
  if (flags.json) printJson({ budget, scope });
  else
    print(
      `${budget} counts from 0${Object.keys(scope).length > 0 ? ` for ${labelsText(scope)}` : ''}`,
    );
}

async function deleteBudget(budget: string, flags: AdminFlags & JsonFlag): Promise<void> {
  await (await adminClient(flags)).deleteBudget(budget);
  if (flags.json) printJson({ deleted: budget });
  else print(`${budget} is no longer kept in the store`);
}
