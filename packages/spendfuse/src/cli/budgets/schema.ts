// `spendfuse budgets schema`: what editors need to complete and check a budgets file.
import type { Command } from 'commander';
import { printJson } from './shared.ts';

const HELP = `
The same is in the package: begin a budgets file with
  # yaml-language-server: $schema=./node_modules/spendfuse/schema/budgets.schema.json

Example:
  $ spendfuse budgets schema > budgets.schema.json`;

export function addSchema(budgets: Command): void {
  budgets
    .command('schema')
    .description('print the JSON Schema of budgets files')
    .addHelpText('after', HELP)
    .action(async () => {
      const { configSchema } = await import('@spendfuse/authority');
      printJson(configSchema());
    });
}
