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
  /** Known packages that it depends on, and that are in no node_modules. */
  readonly missing: readonly string[];
  /** Yarn's Plug'n'Play keeps packages in archives, where nobody looks here. */
  readonly isPlugNPlay: boolean;
  /** Its package.json is that of a workspace: other packages are below it. */
  readonly isWorkspace: boolean;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly workspaces?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** @throws SpendfuseError `CONFIG` where there is no folder, or no package.json that can be read. */
export function findApp(cwd: string): App {
  const folder = nearestPackage(cwd);
  const manifest = readOwnManifest(folder);
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
        if (via.length === 0 && isNeeded(alias, manifest)) missing.push(alias);
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
  const isWorkspace = 'workspaces' in manifest || existsSync(join(folder, 'pnpm-workspace.yaml'));
  return {
    folder,
    scripts: manifest.scripts ?? {},
    packages: found,
    bundlers,
    missing,
    isPlugNPlay: isThereAbove(folder, '.pnp.cjs'),
    isWorkspace,
  };
}

/** Tools, optional packages and peers may be left out. */
function isNeeded(alias: string, { dependencies, optionalDependencies }: Manifest): boolean {
  const isDeclared = alias in (dependencies ?? {}) && !(alias in (optionalDependencies ?? {}));
  return isDeclared && knownPackage(alias) !== undefined;
}

function isThereAbove(folder: string, file: string): boolean {
  if (existsSync(join(folder, file))) return true;
  return folder !== dirname(folder) && isThereAbove(dirname(folder), file);
}

function nearestPackage(cwd: string): string {
  if (!existsSync(cwd)) {
    const message = `there is no folder ${cwd}; name the app's folder`;
    throw new SpendfuseError({ code: 'CONFIG', message, field: '--cwd' });
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder !== dirname(folder)) continue;
    const message = `no package.json in ${cwd} or above; go to the app's folder, or name it by --cwd`;
    throw new SpendfuseError({ code: 'CONFIG', message, field: '--cwd' });
  }
}

/** Of the app: without it nobody can tell what is installed. */
function readOwnManifest(folder: string): Manifest {
  try {
    return parseManifest(folder);
  } catch (cause) {
    const message = `${join(folder, 'package.json')} cannot be read: ${SpendfuseError.from(cause).message}`;
    throw new SpendfuseError({ code: 'CONFIG', message, cause });
  }
}

/** Of an installed package: whoever installed it has told what is wrong with it. */
function readManifest(folder: string): Manifest {
  try {
    return parseManifest(folder);
  } catch {
    return {};
  }
}

/** @throws Error saying why it is no JSON object. */
function parseManifest(folder: string): Manifest {
  // Some editors put a mark of their byte order in front; npm and Node take no offence.
  const text = readFileSync(join(folder, 'package.json'), 'utf8').replace(/^\u{FEFF}/u, '');
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest))
    return manifest;
  throw new Error('it is no JSON object');
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
