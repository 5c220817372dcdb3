// `spendfuse budgets check`: reads a budgets file and says what it means, without starting anything.
import { type Budget, formatLimit, type Limit, SpendfuseError, windowKey } from '@spendfuse/core';
import { readSettings, sidecarSettings } from '@spendfuse/sidecar/settings';
import type { Command } from 'commander';
import { print, style } from '../output.ts';
import { adminClient, type AdminFlags } from './admin-client.ts';
import { folderJson, folderText } from './check-folder.ts';
import { type JsonFlag, printJson } from './shared.ts';

const HELP = `
Exits with 2 if the file is wrong, and says where. With --admin it is compared with what is in force at
a sidecar: a limit with another unit, window or \`per\` counts anew, from 0. With --data alone it is
compared with what a sidecar that is stopped has counted in its folder, which stays as it is.

Examples:
  $ spendfuse budgets check budgets.yaml
  $ spendfuse budgets check budgets.yaml --admin http://127.0.0.1:4752
  $ spendfuse budgets check budgets.yaml --data ./ledger`;

export function addCheck(budgets: Command): void {
  budgets
    .command('check')
    .description('check a budgets file and explain it')
    .argument('[file]', `budgets file (default: $${sidecarSettings.configFile.env})`)
    .option('--admin <url>', 'sidecar to compare with')
    .option('--token <token>', 'its admin token, where it wants one for reading')
    .option('--data <folder>', 'data folder to compare with; beside --admin: where its token lies')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(check);
}

async function check(given: string | undefined, flags: AdminFlags & JsonFlag): Promise<void> {
  const { configFile } = readSettings({ env: process.env });
  const file = given ?? configFile;
  if (file === undefined) {
    const message = 'no budgets file is given; add its path';
    throw new SpendfuseError({ code: 'CONFIG', message });
  }
  const { budgetToForm, budgetWarnings, checkFolder, describeConfig, loadConfig } = await import(
    '@spendfuse/authority'
  );
  const config = await loadConfig(file);
  const { budgets } = config;
  const warnings = [...budgetWarnings(budgets)];
  if (flags.admin !== undefined) warnings.push(...newCounters(await inForceAt(flags), budgets));
  const folder = flags.admin === undefined ? flags.data : undefined;
  const found = folder && (await checkFolder({ folder, budgets, nowMs: Date.now() }));
  if (flags.json) {
    const forms = budgets.map((budget) => ({ id: budget.id, ...budgetToForm(budget) }));
    printJson({ file, budgets: forms, warnings, folder: found && found.map(folderJson) });
    return;
  }
  print(describeConfig(config));
  if (found) print(`\n${folderText(found)}`);
  for (const warning of warnings) print(`${style('yellow', 'warning', process.stdout)} ${warning}`);
}

async function inForceAt(flags: AdminFlags): Promise<readonly Budget[]> {
  const { budgetFromForm } = await import('@spendfuse/authority');
  const client = await adminClient(flags);
  const views = (await client.budgets()).filter(({ source }) => source === 'file');
  return views.map(({ id, definition }) => budgetFromForm({ id, form: definition }));
}

/** What the file would have counted anew that is counted now, one sentence each. */
export function newCounters(
  before: readonly Budget[],
  after: readonly Budget[],
): readonly string[] {
  return before.flatMap((old) => {
    const edited = after.find(({ id }) => id === old.id);
    if (!edited)
      return [`${old.id} is not in the file; what it has counted is found under this id only`];
    const [perBefore, perAfter] = [old.per, edited.per].map((per) => per.toSorted().join(', '));
    if (perBefore !== perAfter) {
      return [
        `${old.id} counts anew, from 0: it is per ${perAfter || 'nothing'}, and was per ${perBefore || 'nothing'}`,
      ];
    }
    const known = new Set(old.limits.map(identity));
    return edited.limits
      .filter((limit) => !known.has(identity(limit)))
      .map((limit) => `${old.id} counts ${formatLimit(limit)} anew, from 0: it had no such limit`);
  });
}

function identity({ unit, window }: Limit): string {
  return `${unit}/${windowKey(window)}`;
}
