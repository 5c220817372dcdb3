// What the doctor has to say: the checks, a verdict on each package, and what nobody can know from here.
import { type Check, checkApp } from './checks.ts';
import { type App, findApp, type FoundPackage } from './find-packages.ts';
import { isProbed, judge, type Verdict } from './judge.ts';
import { probePackage } from './probe.ts';

export interface PackageReport extends Verdict {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** The packages that lead to it; empty: the app itself. */
  readonly via: readonly string[];
}

export interface Report {
  /** Nothing is amiss. */
  readonly ok: boolean;
  readonly folder: string;
  readonly node: string;
  readonly checks: readonly Check[];
  readonly packages: readonly PackageReport[];
  readonly notes: readonly string[];
}

/** @throws SpendfuseError `CONFIG` where there is no app. */
export async function examine(cwd: string): Promise<Report> {
  const app = findApp(cwd);
  const checks = await checkApp(app, process.env);
  const packages: PackageReport[] = [];
  // One after the other: each takes two processes.
  for (const found of app.packages) {
    const { name, version, folder, via } = found;
    const probes = isProbed(found) ? await probePackage(found) : [];
    packages.push({ name, version, folder, via, ...judge(found, probes) });
  }
  const ok = checks.every((check) => check.ok) && packages.every(({ guarded }) => guarded);
  const { folder } = app;
  return {
    ok,
    folder,
    node: process.versions.node,
    checks,
    packages,
    notes: notesOn(app, packages),
  };
}

function notesOn(app: App, packages: readonly PackageReport[]): readonly string[] {
  const { bundlers, isWorkspace } = app;
  const notes = partsOf(app.packages).map((part) => `never guarded: ${part}`);
  if (packages.length === 0) notes.push('no package is installed here that is known to call LLMs');
  if (isWorkspace) notes.push('a workspace: look at each of its packages by --cwd <folder>');
  const hooked = packages.filter(({ how }) => how.endsWith('hook')).map(({ name }) => name);
  if (bundlers.length > 0 && hooked.length > 0) {
    const names = [...new Set(hooked)].join(', ');
    notes.push(`hooks see nothing inside of what ${bundlers.join(', ')} bundles: ${names}`);
  }
  return notes;
}

/** `live sessions (WebSocket) of @google/genai` */
function partsOf(packages: readonly FoundPackage[]): readonly string[] {
  const owners = new Map<string, Set<string>>();
  for (const { name, known } of packages) {
    if (known.except === undefined) continue;
    const names = owners.get(known.except) ?? new Set();
    owners.set(known.except, names.add(name));
  }
  return [...owners].map(([part, names]) => `${part} of ${[...names].join(', ')}`);
}
