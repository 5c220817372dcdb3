// `spendfuse export`: the entries of a data folder as CSV or JSON lines, also while a sidecar runs.
import { invalid } from '@spendfuse/core';
import { type Command, Option } from 'commander';
import { dataFolderOf } from './data-folder.ts';
import type { ExportFormat } from './export-format.ts';
import { collect, parseLabels, parseTime } from './options.ts';

interface ExportFlags {
  readonly format: ExportFormat;
  readonly from?: string;
  readonly to?: string;
  readonly label?: readonly string[];
  readonly output: string;
  readonly data?: string;
}

const HELP = `
Times are dates (2026-11-01) or instants (2026-11-01T12:00:00+01:00), UTC where no offset is given;
--to itself is not included. CSV follows RFC 4180. A value that a spreadsheet would take for a formula,
because it begins with = + - or @, gets an apostrophe in front. Amounts are exact in JSON lines and in
the columns that end in NanoUsd.

Examples:
  $ spendfuse export --output november.csv --from 2026-11-01 --to 2026-12-01
  $ spendfuse export --format jsonl --label team=search | gzip > search.jsonl.gz`;

export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the entries of the ledger, the oldest first')
    .addOption(
      new Option('--format <format>', 'csv or jsonl').choices(['csv', 'jsonl']).default('csv'),
    )
    .option('--from <time>', 'entries from this time on')
    .option('--to <time>', 'entries before this time')
    .option('--label <name=value>', 'only calls with this label; * matches (repeatable)', collect)
    .option('--output <file>', 'where to; - is standard output', '-')
    .option('--data <folder>', 'data folder (default: that of `spendfuse up`)')
    .addHelpText('after', HELP)
    .action(exportEntries);
}

async function exportEntries(flags: ExportFlags): Promise<void> {
  const { format, from, to, label = [], output, data } = flags;
  const fromMs = from === undefined ? undefined : parseTime(from, '--from');
  const toMs = to === undefined ? undefined : parseTime(to, '--to');
  if ((fromMs ?? 0) > (toMs ?? Infinity)) throw invalid('--from', 'is later than --to');
  const filter = { fromMs, toMs, filter: parseLabels(label, '--label') };
  const folder = dataFolderOf(data);
  const { exportFolder } = await import('@spendfuse/authority');
  const { exportTexts } = await import('./export-format.ts');
  const { Progress } = await import('./export-progress.ts');
  const { writeFile, writeStdout } = await import('./export-output.ts');
  const progress = new Progress({ isQuiet: output === '-' && process.stdout.isTTY });
  const texts = exportTexts({ batches: exportFolder({ folder, filter }), format, progress });
  try {
    await (output === '-' ? writeStdout(texts) : writeFile(texts, output));
  } finally {
    progress.end();
  }
}
