// `spendfuse budgets set`: keeps a budget in the store of a sidecar.
import { invalid, SpendfuseError } from '@spendfuse/core';
import type { Command } from 'commander';
import { collect } from '../options.ts';
import { print } from '../output.ts';
import { adminClient, type AdminFlags } from './admin-client.ts';
import { backfillText } from './backfill.ts';
import { type JsonFlag, printJson, withAdmin } from './shared.ts';

interface SetFlags extends AdminFlags, JsonFlag {
  readonly limit?: readonly string[];
  readonly per?: readonly string[];
  readonly match?: readonly string[];
  readonly mode?: string;
  readonly alert?: readonly string[];
  readonly zone?: string;
  readonly hold?: string;
  readonly config?: string;
  readonly backfill?: boolean;
}

const HELP = `
The budget is as given here, the rest as by default; whatever it was before, what was spent stays
counted. With --config it is the one of this id in a budgets file, which can say more.

Examples:
  $ spendfuse budgets set team-daily --limit '$5/day' --limit '100k tokens/minute' --per user
  $ spendfuse budgets set no-o1 --limit '$0' --match 'model=o1*' --match team=search
  $ spendfuse budgets set team-daily --config budgets.yaml`;

export function addSet(budgets: Command): void {
  const command = budgets
    .command('set')
    .description('keep a budget in the store of a sidecar')
    .argument('<id>', 'of the budget')
    .option('--limit <limit>', "such as '$5/day' (repeatable)", collect)
    .option('--per <label>', 'one set of counters for each value (repeatable)', collect)
    .option('--match <label=pattern>', 'only such calls; * and ! as in files (repeatable)', collect)
    .option('--mode <mode>', 'enforce, or shadow, which never refuses')
    .option('--alert <share>', 'tells when it is reached, such as 80% (repeatable)', collect)
    .option('--zone <zone>', 'IANA time zone of calendar windows')
    .option('--hold <hold>', 'worst-case or adaptive')
    .option('--config <file>', 'take the budget of this id from a budgets file')
    .option('--backfill', 'count what was spent before; see `spendfuse budgets backfill --help`');
  withAdmin(command).addHelpText('after', HELP).action(set);
}

async function set(id: string, flags: SetFlags): Promise<void> {
  const definition = flags.config === undefined ? fromFlags(flags) : await fromFile(id, flags);
  const client = await adminClient(flags);
  const budget = await client.setBudget(id, definition);
  const backfilled = flags.backfill ? await client.backfill(id) : undefined;
  if (flags.json) return printJson(backfilled === undefined ? budget : { ...budget, backfilled });
  print(`${id} is kept: ${budget.limits.map(({ text }) => text).join(', ')}`);
  if (backfilled !== undefined) print(backfillText(id, backfilled));
}

function fromFlags(flags: SetFlags): object {
  const { limit, per, match, mode, alert, zone, hold } = flags;
  if (!limit) throw invalid('--limit', "is needed, such as --limit '$5/day'; or --config <file>");
  const definition = {
    limits: limit,
    per,
    match: match && parseMatch(match),
    mode,
    alerts: alert,
    zone,
    hold,
  };
  return Object.fromEntries(Object.entries(definition).filter(([, value]) => value !== undefined));
}

const BESIDE_CONFIG: readonly string[] = ['config', 'backfill', 'admin', 'token', 'data', 'json'];

async function fromFile(id: string, flags: SetFlags): Promise<object> {
  const { config: file = '' } = flags;
  const beside = Object.keys(flags).find((name) => !BESIDE_CONFIG.includes(name));
  if (beside !== undefined) {
    throw invalid(`--${beside}`, 'has no meaning beside --config, which says it all; remove one');
  }
  const { budgetToForm, loadConfig } = await import('@spendfuse/authority');
  const { budgets } = await loadConfig(file);
  const budget = budgets.find((each) => each.id === id);
  if (budget) return budgetToForm(budget);
  const known = budgets.map((each) => each.id).join(', ') || 'none';
  const message = `${file} has no budget "${id}"; it has ${known}`;
  throw new SpendfuseError({ code: 'CONFIG', message });
}

function parseMatch(texts: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const wanted = new Map<string, readonly string[]>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw invalid('--match', `"${text}" is no condition; write it like team=search`);
    const name = text.slice(0, at);
    wanted.set(name, [...(wanted.get(name) ?? []), text.slice(at + 1)]);
  }
  return Object.fromEntries(wanted);
}
