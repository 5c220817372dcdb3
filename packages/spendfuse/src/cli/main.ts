// The command line: what commands there are, and what the world sees when one fails. What takes time
// to load is imported by the command that needs it, when it runs.
import { SpendfuseError } from '@spendfuse/core';
import { Command, CommanderError } from 'commander';
import { addAlerts } from './alerts.ts';
import { addBackup } from './backup.ts';
import { addBalances } from './balances.ts';
import { addBudgets } from './budgets/command.ts';
import { addDoctor } from './doctor/command.ts';
import { addExport } from './export.ts';
import { style } from './output.ts';
import { addPrice } from './price.ts';
import { addPrices } from './prices/command.ts';
import { addRun } from './run/command.ts';
import { addHost } from './run/host.ts';
import { addUp } from './up.ts';
import { addVerify } from './verify.ts';
import { version } from './version.ts';

const HELP = `
Examples:
  $ spendfuse run --limit '$5/day' -- node agent.js
  $ spendfuse up --config budgets.yaml
  $ spendfuse balances
  $ spendfuse price gpt-4o --input 1000 --output 500`;

export function createProgram(): Command {
  const program = new Command('spendfuse')
    .description('Stops LLM calls before they overspend.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addRun(program);
  addUp(program);
  addBalances(program);
  addBudgets(program);
  addPrice(program);
  addPrices(program);
  addExport(program);
  addAlerts(program);
  addVerify(program);
  addBackup(program);
  addDoctor(program);
  addHost(program);
  return program;
}

/** Never throws. Exit codes: 0, 1 when something failed, 2 when what was asked for cannot be done. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const program = createProgram();
  try {
    await program.parseAsync(argv);
  } catch (thrown) {
    process.exitCode = report(thrown, helpOf(program, argv));
  }
}

/** What is wrong, on stderr, without a stack; the exit code. */
function report(thrown: unknown, help: string): number {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return 0;
    // Without a command, the help was printed: that says it all.
    if (thrown.code !== 'commander.help') {
      const message = oneLine(thrown.message).replace(/^error: |\.$/gu, '');
      complain(`${message}; see ${help}`);
    }
    return 2;
  }
  const error = SpendfuseError.from(thrown);
  // A budgets file has one line for each mistake in it.
  complain(error.message);
  if (error.code === 'INTERNAL' && process.env['SPENDFUSE_LOG'] === 'debug') console.error(thrown);
  return error.code === 'CONFIG' || error.code === 'INVALID_ARGUMENT' ? 2 : 1;
}

function complain(message: string): void {
  process.stderr.write(`${style('red', 'spendfuse:', process.stderr)} ${message}\n`);
}

function helpOf(program: Command, argv: readonly string[]): string {
  const command = program.commands.find((each) => each.name() === argv[2]);
  return ['spendfuse', ...(command ? [command.name()] : []), '--help'].join(' ');
}

/** Who reads our output may stop at any line: `spendfuse help run | head -3`. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/gu, ' ');
}
