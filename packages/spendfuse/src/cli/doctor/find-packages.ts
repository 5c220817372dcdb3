// Which copies of known packages an app has: its dependencies, and theirs, as Node would find them.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SpendfuseError } from '@spendfuse/core';
import { BUNDLERS, type KnownPackage, knownPackage } from './known-packages.ts';

export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  /** Where this copy is. */
  readonly folder: string;
  /** From where it is found under which name, which an alias makes another than its own. */
  readonly from: string;
  readonly alias: string;
  /** The packages that lead to it, outermost first; empty: the app itself depends on it. */
  readonly via: readonly string[];
  readonly known: KnownPackage;
}

export interface App {
  /** The folder of its package.json. */
  readonly folder: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly packages: readonly FoundPackage[];
  readonly bundlers: readonly string[];
  /** Dependencies that are declared and not installed. */
  readonly missing: readonly string[];
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** @throws SpendfuseError `CONFIG` where neither the folder nor one above it has a package.json. */
export function findApp(cwd: string): App {
  const folder = nearestPackage(cwd);
  const manifest = readManifest(folder);
  const own = { ...dependenciesOf(manifest), ...manifest.devDependencies };
  const found: FoundPackage[] = [];
  const missing: string[] = [];
  const seen = new Set<string>();
  // Breadth first, so that each copy is told by the shortest way to it.
  let level = Object.keys(own).map((alias) => ({ alias, from: folder, via: [] as string[] }));
  while (level.length > 0) {
    level = level.flatMap(({ alias, from, via }) => {
      const copy = resolvePackage(alias, from);
      if (copy === undefined) {
        if (via.length === 0 && knownPackage(alias)) missing.push(alias);
        return [];
      }
      if (seen.has(copy)) return [];
      seen.add(copy);
      const its = readManifest(copy);
      const { name = alias, version = '0.0.0' } = its;
      const known = knownPackage(name);
      if (known && (known.by !== 'others' || via.length === 0)) {
        found.push({ name, version, folder: copy, from, alias, via, known });
      }
      const next = Object.keys(dependenciesOf(its));
      return next.map((each) => ({ alias: each, from: copy, via: [...via, name] }));
    });
  }
  const bundlers = BUNDLERS.filter((name) => name in own);
  return { folder, scripts: manifest.scripts ?? {}, packages: found, bundlers, missing };
}

function nearestPackage(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder !== dirname(folder)) continue;
    const message = `no package.json in ${cwd} or above; go to the app's folder, or name it by --cwd`;
    throw new SpendfuseError({ code: 'CONFIG', message, field: '--cwd' });
  }
}

/** What is not a JSON object is told by whoever installs packages; it has no dependencies here. */
function readManifest(folder: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}

function dependenciesOf(manifest: Manifest): Readonly<Record<string, string>> {
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  return { ...peerDependencies, ...optionalDependencies, ...dependencies };
}

/** In the node_modules of a folder or of one above it; the real path, as links lead to one copy. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}
