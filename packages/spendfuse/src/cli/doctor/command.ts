// `spendfuse doctor`: what is and is not guarded in an app, and why.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Column, print, style, table } from '../output.ts';
import type { PackageReport, Report } from './report.ts';

interface DoctorFlags {
  readonly cwd?: string;
  readonly json?: boolean;
}

const HELP = `
It reads SPENDFUSE_* of this shell and package.json, and loads each LLM package that is installed in
a process of its own under the preload, to see what is caught. Nothing is called or sent but one
question to the sidecar. The exit code is 0 if all is guarded, 1 if something is not, 2 if there
is no app to look at.

Examples:
  $ spendfuse doctor
  $ spendfuse doctor --cwd services/agent --json`;

const COLUMNS: readonly Column[] = [
  { head: 'package' },
  { head: 'version' },
  { head: 'guarded' },
  { head: 'by' },
];

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what is and is not guarded in an app, and why')
    .option('--cwd <folder>', "the app's folder (default: the current one)")
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(runDoctor);
}

async function runDoctor({ cwd = '.', json }: DoctorFlags): Promise<void> {
  const { examine } = await import('./report.ts');
  const report = await examine(resolve(cwd));
  if (json) print(JSON.stringify(report, null, 2));
  else show(report);
  if (!report.ok) process.exitCode = 1;
}

function show({ ok, folder, node, checks, packages, notes }: Report): void {
  print(`${folder}, Node ${node}\n`);
  for (const check of checks) {
    for (const line of check.text.split('\n')) print(`${mark(check.ok)} ${check.name}: ${line}`);
  }
  if (packages.length > 0) print(`\n${table(COLUMNS, packages.map(row))}`);
  const unguarded = packages.filter(({ guarded }) => !guarded);
  if (unguarded.length > 0) print();
  for (const { name, version, why } of unguarded)
    print(`${mark(false)} ${name} ${version}: ${why}`);
  if (notes.length > 0) print();
  for (const note of notes) print(`  ${note}`);
  print(`\n${summary({ ok, packages, notes })}`);
}

function summary({ ok, packages, notes }: Pick<Report, 'ok' | 'packages' | 'notes'>): string {
  if (!ok) return `Not all of it is guarded: see ${mark(false)} above.`;
  if (packages.length === 0) return 'What calls the global `fetch` is guarded.';
  if (notes.length === 0) return 'All of it is guarded.';
  return 'All of it is guarded, but for what is noted above.';
}

function row({ name, version, via, guarded, how }: PackageReport): readonly string[] {
  const origin = via.length === 0 ? '' : ` (of ${via.join(' > ')})`;
  const isPartly = how !== 'nothing';
  const said = guarded ? 'yes' : style('red', isPartly ? 'partly' : 'no', process.stdout);
  return [name + origin, version, said, how];
}

function mark(ok: boolean): string {
  return ok ? style('green', '✓', process.stdout) : style('red', '✗', process.stdout);
}
