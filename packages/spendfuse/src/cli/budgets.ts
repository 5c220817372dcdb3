// `spendfuse budgets check`: reads a budgets file and says what it means, without starting anything.
import type { Command } from 'commander';
import { print } from './output.ts';

const HELP = `
Exits with 2 if the file is wrong, and says where.

Example:
  $ spendfuse budgets check budgets.yaml`;

export function addBudgets(program: Command): void {
  program
    .command('budgets')
    .description('work with budgets files')
    .command('check')
    .description('check a budgets file and explain it')
    .argument('<file>', 'budgets file (YAML)')
    .addHelpText('after', HELP)
    .action(async (file: string) => {
      const { describeConfig, loadConfig } = await import('@spendfuse/authority');
      print(describeConfig(await loadConfig(file)));
    });
}
