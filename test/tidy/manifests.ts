// The package.json files of the workspace, and what their sources import.
import { packageFolders } from './layers.ts';
import { read, sources, isTest } from './repository.ts';

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function manifest(folder: string): Manifest {
  return JSON.parse(read(`${folder}/package.json`)) as Manifest;
}

/** Folders with a package.json, relative to the root. */
export const workspaceFolders = [...packageFolders.map((folder) => `packages/${folder}`), 'test'];

export interface Import {
  readonly path: string;
  readonly specifier: string;
  /** In a test or an example, where devDependencies count. */
  readonly dev: boolean;
}

const specifiers = [
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'/gmu,
  /^\s*import\s+'([^']+)'/gmu,
  /\b(?:import|require)\(\s*'([^']+)'/gu,
];

export function importsOf(folder: string): readonly Import[] {
  return sources
    .filter(({ path }) => path.startsWith(`${folder}/`))
    .flatMap(({ path, text }) => {
      const dev = isTest(path) || !path.startsWith(`${folder}/src/`);
      return specifiers
        .flatMap((pattern) => [...text.matchAll(pattern)])
        .flatMap(([, specifier]) => (specifier === undefined ? [] : [{ path, specifier, dev }]));
    });
}

/** `@scope/name/sub` → `@scope/name`; undefined for relative imports and for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|#|node:)/u.test(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
