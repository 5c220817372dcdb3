// `spendfuse up`: the sidecar in the foreground.
import { unknownVariables } from '@spendfuse/core';
import type { Sidecar } from '@spendfuse/sidecar';
import { readSettings, type SidecarSettings, sidecarSettings } from '@spendfuse/sidecar/settings';
import { type Command, Option } from 'commander';
import { collect } from './options.ts';
import { print, style } from './output.ts';
import { version } from './version.ts';

const HELP = `
Without --config and --limit every call is counted and none is refused.

Examples:
  $ spendfuse up --limit '$5/day'
  $ spendfuse up --config budgets.yaml --data ./ledger
  $ spendfuse up --grpc 127.0.0.1:0 --http none`;

interface UpFlags {
  readonly limit?: readonly string[];
  readonly config?: string;
  readonly data?: string;
  readonly grpc?: string;
  readonly socket?: string;
  readonly http?: string;
  readonly admin?: string;
  readonly durability?: string;
  readonly retention?: string;
  readonly log?: string;
}

export function addUp(program: Command): void {
  const command = program
    .command('up')
    .description('run the sidecar in the foreground')
    .option('--limit <limit>', "budget for everything, such as '$5/day' (repeatable)", collect);
  for (const { flag, env, help, fallback } of Object.values(sidecarSettings)) {
    if (flag === undefined) continue;
    const value = fallback === undefined ? '' : `, default: ${fallback(process.env)}`;
    command.addOption(new Option(flag, `${help} ($${env}${value})`));
  }
  command.addHelpText('after', HELP).action(up);
}

async function up(flags: UpFlags): Promise<void> {
  const { limit = [], config, data, grpc, socket, http, admin, durability, retention, log } = flags;
  const settings = readSettings({
    env: process.env,
    flags: {
      configFile: config,
      dataFolder: data,
      grpcListen: grpc,
      socketPath: socket,
      httpListen: http,
      adminListen: admin,
      durability,
      retentionMs: retention,
      logLevel: log,
    },
  });
  const { limitBudget } = await import('@spendfuse/authority');
  const { createLog, serveUntilSignal, startSidecar } = await import('@spendfuse/sidecar');
  const { warn } = createLog({ level: settings.logLevel });
  for (const problem of unknownVariables(Object.keys(process.env))) warn(problem);
  const budgets = limit.length > 0 ? [limitBudget(limit)] : [];
  const sidecar = await startSidecar({ ...settings, budgets });
  // Signals are heard from here on: whoever reads that it is up may send one at once.
  const served = serveUntilSignal(sidecar);
  announce(sidecar, settings);
  await served;
}

function announce(
  { addresses, adminTokenFile, budgets }: Sidecar,
  settings: SidecarSettings,
): void {
  const { grpc, socket, http, admin } = addresses;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['gRPC', grpc],
    ['socket', socket],
    ['HTTP', http && `${http} (/healthz, /readyz, /metrics)`],
    [
      'admin',
      admin &&
        `${admin} (/api, gRPC; to change anything: token in ${adminTokenFile ?? 'SPENDFUSE_ADMIN_TOKEN'})`,
    ],
    ['data', settings.dataFolder ?? 'in memory only'],
    ['config', settings.configFile],
    [
      'budgets',
      budgets.length === 0 ? 'none: calls are counted, not refused' : String(budgets.length),
    ],
  ];
  print(style('bold', `Spendfuse ${version} is up.`, process.stdout));
  for (const [name, value] of lines) if (value !== undefined) print(`  ${name.padEnd(8)} ${value}`);
  // Where it listens on every address, that is no address to connect to.
  const endpoint = grpc?.replace(/^0\.0\.0\.0:/u, '127.0.0.1:') ?? (socket && `unix:${socket}`);
  if (endpoint === undefined) return;
  print('\nTo use it:');
  print(`  export SPENDFUSE_ENDPOINT=${endpoint}`);
  print('  node --require spendfuse/register app.js');
}
