// `spendfuse balances`: every limit of every scope as it stands.
import type { Balance } from '@spendfuse/core';
import type { Command } from 'commander';
import { endpointOf, withClient } from './endpoint.ts';
import { collect, parseLabels } from './options.ts';
import { amountText, type Column, labelsText, limitText, print, table } from './output.ts';

interface BalancesFlags {
  readonly endpoint?: string;
  readonly budget?: string;
  readonly label?: readonly string[];
  readonly json?: boolean;
}

const HELP = `
Examples:
  $ spendfuse balances
  $ spendfuse balances --budget per-user --label user=u1
  $ spendfuse balances --json`;

const COLUMNS: readonly Column[] = [
  { head: 'budget' },
  { head: 'scope' },
  { head: 'limit', align: 'right' },
  { head: 'spent', align: 'right' },
  { head: 'in flight', align: 'right' },
  { head: 'left', align: 'right' },
  { head: 'resets (UTC)' },
];

export function addBalances(program: Command): void {
  program
    .command('balances')
    .description('show what is spent, held and left of every budget')
    .option(
      '--endpoint <address>',
      'sidecar to ask (default: $SPENDFUSE_ENDPOINT or 127.0.0.1:4750)',
    )
    .option('--budget <id>', 'only this budget')
    .option('--label <name=value>', 'only scopes with this label (repeatable)', collect)
    .option('--json', 'print JSON; amounts are strings, of nano-USD for cost')
    .addHelpText('after', HELP)
    .action(showBalances);
}

async function showBalances({ endpoint, budget, label = [], json }: BalancesFlags): Promise<void> {
  const scope = parseLabels(label, '--label');
  const balances = await withClient(endpointOf(endpoint), (client) =>
    client.balances({ budget, scope }),
  );
  if (json) {
    const { balanceJson } = await import('@spendfuse/sidecar');
    print(JSON.stringify(balances.map(balanceJson), null, 2));
  } else {
    print(balances.length === 0 ? 'No balances.' : table(COLUMNS, balances.map(row)));
  }
}

function row(balance: Balance): readonly string[] {
  const { budget, scope, unit, committed, reserved, remaining, resetAtMs, mode } = balance;
  return [
    mode === 'shadow' ? `${budget} (shadow)` : budget,
    labelsText(scope),
    limitText(balance),
    amountText(unit, committed),
    amountText(unit, reserved),
    amountText(unit, remaining),
    resetAtMs === undefined ? '' : new Date(resetAtMs).toISOString().slice(0, 16).replace('T', ' '),
  ];
}
