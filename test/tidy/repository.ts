// What the tidy tests look at: the repository's own files, read once.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface TextFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every file git tracks or would track, so that build output and ignored files do not count. */
export const paths: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

const binary = /\.(?:png|jpe?g|gif|ico|woff2?|gz|tgz|db|bin)$/u;

export const files: readonly TextFile[] = paths
  .filter((path) => !binary.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const generated = /(?:^|\/)gen\//u;

/** TypeScript written by people. */
export const sources = files.filter(
  ({ path }) => /\.[cm]?ts$/u.test(path) && !generated.test(path),
);

export function isTest(path: string): boolean {
  return /\.test\.[cm]?ts$/u.test(path);
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
