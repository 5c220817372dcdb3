// `spendfuse backup` and `spendfuse restore`: the ledger as one file, and back.
import { type Command, InvalidArgumentError } from 'commander';
import { dataFolderOf } from './data-folder.ts';
import { Progress } from './export-progress.ts';
import { countText, print } from './output.ts';

interface Flags {
  readonly data?: string;
  readonly force?: boolean;
}

const BACKUP_HELP = `
The file has all that was acknowledged when the command started; the sidecar goes on meanwhile.

Example:
  $ spendfuse backup /backups/ledger-$(date +%F).db`;

const RESTORE_HELP = `
The file is verified before anything is replaced. Stop the sidecar first. What was spent after the backup
was taken is not in it. With --force, a folder that is not empty is kept beside the new one.

Examples:
  $ spendfuse restore /backups/ledger-2026-11-22.db --data ./ledger
  $ spendfuse restore /backups/ledger-2026-11-22.db --force`;

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('write the ledger to a file, also while a sidecar runs')
    .argument('<file>', 'file to write', pathOf)
    .option('--data <folder>', 'data folder (default: that of `spendfuse up`)')
    .option('--force', 'replace a file that is there')
    .addHelpText('after', BACKUP_HELP)
    .action(runBackup);
  program
    .command('restore')
    .description('put a backup in the place of the ledger')
    .argument('<file>', 'file that `spendfuse backup` has written', pathOf)
    .option('--data <folder>', 'data folder (default: that of `spendfuse up`)')
    .option('--force', 'replace a folder that is not empty; it is kept beside the new one')
    .addHelpText('after', RESTORE_HELP)
    .action(runRestore);
}

async function runBackup(file: string, { data, force }: Flags): Promise<void> {
  const folder = dataFolderOf(data);
  const { backup } = await import('@spendfuse/authority');
  backup({ folder, file, force });
  print(`${folder} is backed up to ${file}`);
}

async function runRestore(file: string, { data, force }: Flags): Promise<void> {
  const folder = dataFolderOf(data);
  const { restore } = await import('@spendfuse/authority');
  const bar = new Progress({ isQuiet: false });
  const { report, aside } = await restore({
    file,
    folder,
    force,
    nowMs: Date.now(),
    onProgress: (progress) => bar.show(progress),
  }).finally(() => bar.end());
  print(`${folder} is restored: rows up to ${countText(report.lastRow)}, verified`);
  if (aside !== undefined) print(`what was there before is in ${aside}`);
}

function pathOf(text: string): string {
  if (text === '') throw new InvalidArgumentError('needs a path');
  return text;
}
