// What several of the commands about budgets have in common.
import type { Command } from 'commander';
import { DEFAULT_ADMIN } from './admin-client.ts';

export interface JsonFlag {
  readonly json?: boolean;
}

/** The options of every command that talks to a sidecar. */
export function withAdmin(command: Command): Command {
  return command
    .option('--admin <url>', `admin API to ask (default: $SPENDFUSE_ADMIN or ${DEFAULT_ADMIN})`)
    .option('--token <token>', 'its token (default: $SPENDFUSE_ADMIN_TOKEN, else as --data says)')
    .option('--data <folder>', 'data folder with the file admin.token (default: $SPENDFUSE_DATA)')
    .option('--json', 'print JSON');
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
