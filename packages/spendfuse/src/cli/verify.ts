// `spendfuse verify`: proves that the ledger is the sum of its entries, also while a sidecar runs.
import type { VerifyReport } from '@spendfuse/authority';
import type { Command } from 'commander';
import { dataFolderOf } from './data-folder.ts';
import { Progress } from './export-progress.ts';
import { countText, print, style } from './output.ts';

interface VerifyFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly salvage?: string;
}

const HELP = `
Reads everything as of one instant and changes nothing: every checksum, every counter against the sum of
its entries, every snapshot. Exits with 1 if anything is wrong, and says what to do about it.

--salvage writes all that is good, up to the first row that is not, to a new folder. A backup that is
newer has more: see \`spendfuse restore --help\`.

Examples:
  $ spendfuse verify
  $ spendfuse verify --data ./ledger --json
  $ spendfuse verify --data ./ledger --salvage ./ledger-salvaged`;

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('prove that the ledger is whole and adds up')
    .option('--data <folder>', 'data folder (default: that of `spendfuse up`)')
    .option('--json', 'print the report as JSON')
    .option('--salvage <folder>', 'write what is good to a new folder')
    .addHelpText('after', HELP)
    .action(runVerify);
}

async function runVerify({ data, json, salvage: target }: VerifyFlags): Promise<void> {
  const folder = dataFolderOf(data);
  const { salvage, verify } = await import('@spendfuse/authority');
  const bar = new Progress({ isQuiet: false });
  const report = await verify({ folder, onProgress: (progress) => bar.show(progress) }).finally(
    () => bar.end(),
  );
  if (json) print(JSON.stringify(report, null, 2));
  else show(report);
  if (report.findings.length > 0) process.exitCode = 1;
  if (target === undefined) return;
  const { lastRow, lastRowBefore, why } = salvage({ folder, target });
  const lost = lastRowBefore - lastRow;
  const text =
    why === undefined
      ? `all ${countText(lastRow)} rows are in ${target}`
      : `${target} has all up to row ${lastRow}; ${countText(lost)} rows are lost (${why})`;
  process.stderr.write(`${text}\nTo use it: spendfuse up --data ${target}\n`);
}

function show({ folder, firstRow, lastRow, findings, ...counts }: VerifyReport): void {
  const rows = lastRow < firstRow ? 'no rows' : `rows ${firstRow} to ${lastRow}`;
  const { records, counters, openReservations, snapshots } = counts;
  print(`${folder}: ${rows}, ${countText(records)} records`);
  print(
    `${countText(counters)} counters, ${countText(openReservations)} open reservations, ` +
      `${snapshots} ${snapshots === 1 ? 'snapshot' : 'snapshots'}`,
  );
  if (findings.length === 0) print(style('green', 'Everything adds up.', process.stdout));
  for (const { message, advice } of findings) {
    print(`${style('red', 'wrong:', process.stdout)} ${message}`);
    print(`  ${advice}`);
  }
}
