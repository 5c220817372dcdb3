// What the documents tell people to type exists.
import { expect, test } from 'vitest';
import { manifest } from './manifests.ts';
import { files, paths } from './repository.ts';

const documents = files.filter(
  ({ path }) => path.endsWith('.md') && !path.startsWith('.changeset/'),
);
const scripts = new Set(Object.keys(manifest('.').scripts ?? {}));

test('npm scripts named in documents exist', () => {
  const unknown = documents.flatMap(({ path, text }) => {
    const named = [...text.matchAll(/\bnpm (?:run (?:--?[\w-]+ )*([\w:-]+)|(test|start)\b)/gu)];
    return named
      .map(([, run, lifecycle]) => String(run ?? lifecycle))
      .filter((script) => !scripts.has(script))
      .map((script) => `${path}: npm run ${script}`);
  });
  expect(unknown).toEqual([]);
});

test('links from documents to files of the repository lead somewhere', () => {
  const known = new Set(paths.flatMap((path) => [path, ...parents(path)]));
  const dead = documents.flatMap(({ path, text }) => {
    const base = new URL(path, 'file:///');
    return [...text.matchAll(/\]\((?!\w+:|#)([^)\s#]+)/gu)]
      .map(([, target]) => decodeURI(new URL(String(target), base).pathname).slice(1))
      .filter((target) => !known.has(target.replace(/\/$/u, '')))
      .map((target) => `${path}: ${target}`);
  });
  expect(dead).toEqual([]);
});

function parents(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
