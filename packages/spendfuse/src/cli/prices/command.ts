// `spendfuse prices`: what models cost, where the prices come from, and newer ones.
import type { Command } from 'commander';
import { showDiff } from './diff.ts';
import { showList } from './list.ts';
import { showModel } from './show.ts';
import { update } from './update.ts';

const HELP = `
Examples:
  $ spendfuse prices show gpt-5
  $ spendfuse prices list --provider openai --model 'gpt-5*'
  $ spendfuse prices update --check`;

const SHOW_HELP = `
Examples:
  $ spendfuse prices show gpt-5
  $ spendfuse prices show gpt-5 --tier priority --input 1000 --output 500
  $ spendfuse prices show my-deployment --provider azure.ai.openai --config budgets.yaml`;

const LIST_HELP = `
Examples:
  $ spendfuse prices list --provider anthropic
  $ spendfuse prices list --model 'gpt-4o*' --json`;

const DIFF_HELP = `
Example:
  $ spendfuse prices diff --config budgets.yaml`;

const UPDATE_HELP = `
What was downloaded is used by sidecars that start after that; SPENDFUSE_PRICES names the file.

Examples:
  $ spendfuse prices update --check
  $ spendfuse prices update --from ./data.json
  $ spendfuse prices update --builtin`;

const CONFIG = [
  '--config <file>',
  'budgets file whose prices go first ($SPENDFUSE_CONFIG)',
] as const;
const JSON_FLAG = ['--json', 'print JSON; amounts are strings, in USD'] as const;

export function addPrices(program: Command): void {
  const prices = program
    .command('prices')
    .description('show, compare and update the prices of models')
    .addHelpText('after', HELP);
  prices
    .command('list')
    .description('list the models there are prices of')
    .option('--provider <name>', 'only of this provider; * as a glob')
    .option('--model <name>', 'only these models; * as a glob')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .addHelpText('after', LIST_HELP)
    .action(showList);
  prices
    .command('show')
    .description('show everything that is known of what a model costs')
    .argument('<model>', 'as in requests, such as gpt-5')
    .option('--provider <name>', 'default: the one whose model it is')
    .option('--tier <name>', 'only this service tier, such as batch; auto: the dearest')
    .option('--input <count>', 'input tokens of a call to work out')
    .option('--output <count>', 'output tokens of a call to work out')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .addHelpText('after', SHOW_HELP)
    .action(showModel);
  prices
    .command('diff')
    .description('show what your own prices change, and what downloaded prices have changed')
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .addHelpText('after', DIFF_HELP)
    .action(showDiff);
  prices
    .command('update')
    .description('download newer public prices')
    .option('--from <url or file>', 'where from (default: the project that publishes them)')
    .option('--check', 'show what would change, and change nothing')
    .option('--builtin', 'go back to the prices that came with Spendfuse')
    .option('--json', 'print JSON')
    .addHelpText('after', UPDATE_HELP)
    .action(update);
}
