// `spendfuse run`: wraps a command, so that every LLM call of its Node processes asks a budget first.
import { createHash } from 'node:crypto';
import { type Labels, SpendfuseError, unknownVariables } from '@spendfuse/core';
import type { Command } from 'commander';
import { DEFAULT_ENDPOINT, withClient } from '../endpoint.ts';
import { labelsText } from '../output.ts';
import { collect, parseLabels } from '../options.ts';
import { runChild } from './child.ts';
import { type HostFlags, joinHost } from './join.ts';
import { preload } from './preload.ts';
import { openFolder, projectFolder } from './state.ts';
import { budgetText, summaryText } from './summary.ts';

const HELP = `
With --limit, --config or --data it starts a sidecar of its own, which ends with the last command
that uses it. Otherwise it uses the one at $SPENDFUSE_ENDPOINT or ${DEFAULT_ENDPOINT} if there is one.

What was spent is remembered, so that '$5/day' holds across runs. It is kept for each project (the
nearest folder upwards with a package.json or .git, else the current one) in
$XDG_STATE_HOME/spendfuse/run or ~/.local/state/spendfuse/run; --data names another folder.

The exit code is that of the command, 128 + n if signal n ended it.

Examples:
  $ spendfuse run --limit '$5/day' -- node agent.js
  $ spendfuse run --limit '$0.50/hour' --limit '100k tokens/day' --label team=search -- npm start
  $ spendfuse run --config budgets.yaml -- npx tsx agent.ts`;

interface RunFlags {
  readonly limit?: readonly string[];
  readonly label?: readonly string[];
  readonly config?: string;
  readonly data?: string;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a command under a budget')
    .argument('<command...>', 'what to run, best after --')
    .option('--limit <limit>', "such as '$5/day' or '100k tokens/hour' (repeatable)", collect)
    .option('--label <name=value>', 'who spends (repeatable)', collect)
    .option('--config <file>', 'budgets file (YAML)')
    .option('--data <folder>', 'where the ledger is kept')
    .passThroughOptions()
    .addHelpText('after', HELP)
    .action(run);
}

async function run(command: readonly string[], flags: RunFlags): Promise<void> {
  const inherited = process.env['SPENDFUSE_LABELS'];
  const labels: Labels = {
    ...parseLabels(inherited ? [inherited] : [], 'SPENDFUSE_LABELS'),
    ...parseLabels(flags.label ?? [], '--label'),
  };
  tellUnknownVariables();
  const sidecar = await connect(flags);
  const env = {
    ...process.env,
    NODE_OPTIONS: preload(process.env['NODE_OPTIONS']),
    SPENDFUSE_ENDPOINT: sidecar.endpoint,
    SPENDFUSE_LABELS: labelsText(labels),
  };
  const exitCode = await runChild({ command, env }).catch(async (error: unknown) => {
    await sidecar.finish();
    throw error;
  });
  const summary = await sidecar.finish();
  if (summary !== undefined) process.stderr.write(`spendfuse: ${summary}\n`);
  process.exitCode = exitCode;
}

/** The command's own processes are told to be as quiet by the same variable. */
function tellUnknownVariables(): void {
  if (['silent', 'error'].includes(process.env['SPENDFUSE_LOG'] ?? '')) return;
  for (const problem of unknownVariables(Object.keys(process.env))) {
    process.stderr.write(`spendfuse: ${problem}\n`);
  }
}

interface Connection {
  readonly endpoint: string;
  /** Lets go of the sidecar; what the run has come to, if that is known. */
  finish(): Promise<string | undefined>;
}

async function connect(flags: RunFlags): Promise<Connection> {
  const own = flags.limit !== undefined || flags.config !== undefined || flags.data !== undefined;
  return (own ? undefined : await findSidecar()) ?? (await ownSidecar(flags));
}

/** The one that is there already. @throws SpendfuseError `CONFIG` if the one asked for is not. */
async function findSidecar(): Promise<Connection | undefined> {
  const wanted = process.env['SPENDFUSE_ENDPOINT'];
  const endpoint = wanted || DEFAULT_ENDPOINT;
  const balances = () => withClient(endpoint, (client) => client.balances({}));
  try {
    await balances();
  } catch (cause) {
    if (!wanted) return undefined;
    const message = `SPENDFUSE_ENDPOINT: ${SpendfuseError.from(cause).message}, or unset it`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
  const finish = () => balances().then(budgetText, () => undefined);
  return { endpoint, finish };
}

async function ownSidecar({ limit = [], config, data }: RunFlags): Promise<Connection> {
  const { limitBudget, loadConfig } = await import('@spendfuse/authority');
  // Read here as well, so that a mistake is reported before anything is started.
  const file = config === undefined ? undefined : await loadConfig(config);
  const budgets = [...(file?.budgets ?? []), ...(limit.length > 0 ? [limitBudget(limit)] : [])];
  if (budgets.length === 0) {
    process.stderr.write(
      "spendfuse: no budget: calls are counted, none is refused; add --limit '$5/day'\n",
    );
  }
  const folder = await openFolder(data ?? projectFolder({ cwd: process.cwd(), env: process.env }));
  const digest = createHash('sha256')
    .update(JSON.stringify([budgets, file?.prices]))
    .digest('hex');
  const flags: HostFlags = { folder, digest, limit, config };
  const line = await joinHost(flags);
  return {
    endpoint: line.endpoint,
    finish: async () => {
      const totals = await line.finish();
      return totals
        ? summaryText(totals)
        : `the sidecar ended before the run; see ${folder.logFile}`;
    },
  };
}
