// `spendfuse budgets backfill`: counters that began late take over what calls have used.
import type { Command } from 'commander';
import { countText, print } from '../output.ts';
import { adminClient, type AdminFlags } from './admin-client.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';

const HELP = `
A new budget counts from 0, and so does a limit with another window or \`per\`. This sets its counters to
what the history says was spent in the windows in force: this month for $50/month, all there is for a
lifetime. Usage that is no longer kept cannot be counted, nor can custom units. What was reset counts
again. Calls in flight are counted once they have ended, if you ask again; nothing is counted twice.

Examples:
  $ spendfuse budgets backfill team-monthly
  $ spendfuse budgets set team-monthly --limit '$50/month' --per team --backfill`;

export function addBackfill(budgets: Command): void {
  const command = budgets
    .command('backfill')
    .description('let a new budget count what was spent before it')
    .argument('<budget>', 'id of the budget');
  withAdmin(command).addHelpText('after', HELP).action(backfill);
}

async function backfill(budget: string, flags: AdminFlags & JsonFlag): Promise<void> {
  const counters = await (await adminClient(flags)).backfill(budget);
  if (flags.json) printJson({ budget, counters });
  else print(backfillText(budget, counters));
}

export function backfillText(budget: string, counters: number): string {
  if (counters === 0) return `${budget} lacks nothing of the usage that is kept`;
  const what = counters === 1 ? '1 counter of' : `${countText(counters)} counters of`;
  return `${what} ${budget} took over what was used before`;
}
