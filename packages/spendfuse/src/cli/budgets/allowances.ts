// `spendfuse budgets top-up | override | withdraw`: adds to the limits of a budget, for good or for a while.
import type { Command } from 'commander';
import { collect, parseLabels } from '../options.ts';
import { amountText, print } from '../output.ts';
import { adminClient, type AdminFlags, type AllowanceJson } from './admin-client.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';
import { localZone, parseUntil, timeText } from './until.ts';

interface TopUpFlags extends AdminFlags, JsonFlag {
  readonly scope?: readonly string[];
  readonly window?: string;
  readonly note?: string;
}

interface OverrideFlags extends TopUpFlags {
  readonly from?: string;
  readonly until: string;
  readonly zone?: string;
}

const TOP_UP_HELP = `
Adds for good: to what is prepaid with a limit such as $20, which has no window. With a window it adds
to every period. What was spent stays counted.

Examples:
  $ spendfuse budgets top-up prepaid '$50' --scope user=u1
  $ spendfuse budgets top-up tools '100 tool_calls' --note 'order 4711'`;

const OVERRIDE_HELP = `
When it ends, the amount is what it was; what was spent stays counted. To take away for a while, put
-- before the amount.

Examples:
  $ spendfuse budgets override team-daily '+$50' --until 'Friday 18:00'
  $ spendfuse budgets override team-daily '+$50' --until 2h --scope user=u1
  $ spendfuse budgets override team-daily --until 2026-11-27T18:00 --zone Europe/Berlin -- '-$2'`;

const WITHDRAW_HELP = `
Example:
  $ spendfuse budgets withdraw 019a9c4e-8a3b-7c31-9f0e-2b1d4c5e6f70`;

export function addAllowances(budgets: Command): void {
  const topUp = budgets.command('top-up').description('add to the limits of a budget for good');
  withScope(topUp).addHelpText('after', TOP_UP_HELP).action(addTopUp);
  const override = budgets
    .command('override')
    .description('add to the limits of a budget until a time')
    .requiredOption('--until <time>', "when it ends: 2h, 18:00, 'Friday 18:00', 2026-11-27T18:00")
    .option('--from <time>', 'when it begins, in the same forms (default: now)')
    .option('--zone <zone>', 'IANA time zone of these times (default: that of this machine)');
  withScope(override).addHelpText('after', OVERRIDE_HELP).action(addOverride);
  const withdraw = budgets
    .command('withdraw')
    .description('take a top-up or an override back')
    .argument('<id>', 'as `list` shows it');
  withAdmin(withdraw).addHelpText('after', WITHDRAW_HELP).action(takeBack);
}

function withScope(command: Command): Command {
  return withAdmin(
    command
      .argument('<budget>', 'id of the budget')
      .argument('<amount>', "such as '$50' or '100k tokens'")
      .option('--scope <name=value>', 'only where these values count (repeatable)', collect)
      .option('--window <window>', 'only limits of this window, such as day')
      .option('--note <text>', 'for whoever looks at it later'),
  );
}

async function addTopUp(budget: string, amount: string, flags: TopUpFlags): Promise<void> {
  const client = await adminClient(flags);
  const allowance = await client.allow(budget, { amount, ...concerned(flags) });
  if (flags.json) printJson(allowance);
  else print(`${said(allowance)}, for good`);
}

async function addOverride(budget: string, amount: string, flags: OverrideFlags): Promise<void> {
  const { zone = localZone() } = flags;
  const nowMs = Date.now();
  const untilMs = parseUntil(flags.until, { zone, nowMs, field: '--until' });
  const fromMs =
    flags.from === undefined ? undefined : parseUntil(flags.from, { zone, nowMs, field: '--from' });
  const client = await adminClient(flags);
  const allowance = await client.allow(budget, {
    amount,
    ...concerned(flags),
    from: fromMs === undefined ? undefined : new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
  });
  if (flags.json) printJson(allowance);
  else print(`${said(allowance)}, until ${timeText(untilMs, zone)}`);
}

async function takeBack(id: string, flags: AdminFlags & JsonFlag): Promise<void> {
  await (await adminClient(flags)).withdraw(id);
  if (flags.json) printJson({ withdrawn: id });
  else print(`${id} is taken back`);
}

function concerned({ scope = [], window, note }: TopUpFlags) {
  return { scope: parseLabels(scope, '--scope'), window, note };
}

function said({ id, kind, budget, unit, amount }: AllowanceJson): string {
  const size = amountText(unit, Number(amount));
  return `${kind} ${id}: ${amount.startsWith('-') ? '' : '+'}${size} for ${budget}`;
}
