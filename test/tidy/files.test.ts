// Files are short, say what they are for, and carry nothing that belongs to one machine.
import { expect, test } from 'vitest';
import { files, isTest, paths, sources } from './repository.ts';

const topLevel = new Set(
  [
    'packages collector deploy test docs',
    'package.json pnpm-workspace.yaml pnpm-lock.yaml tsconfig.base.json',
    'README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE',
  ].flatMap((names) => names.split(' ')),
);

test('the top level holds only what belongs there', () => {
  const names = new Set(paths.map((path) => path.split('/', 1).join()));
  const strays = [...names].filter((name) => !name.startsWith('.') && !topLevel.has(name));
  expect(strays).toEqual([]);
});

test('no source is longer than 400 lines', () => {
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > 400);
  expect(long).toEqual([]);
});

test('line 1 of each source says what the file is for', () => {
  const silent = sources.filter(({ text }) => !/^(?:#![^\n]*\n)?\/[/*]+ ?\S/u.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('file names are kebab-case', () => {
  const odd = sources.filter(({ path }) => !/(?:^|\/)[a-z0-9]+(?:[-.][a-z0-9]+)*$/u.test(path));
  expect(odd.map(({ path }) => path)).toEqual([]);
});

test('no test is left out or runs alone', () => {
  const marker = new RegExp(String.raw`\.${'(only|skip|todo|fails)'}\b\s*[(.]`, 'u');
  const marked = sources.filter(({ path, text }) => isTest(path) && marker.test(text));
  expect(marked.map(({ path }) => path)).toEqual([]);
});

test('no file names a folder of one machine', () => {
  // Put together from pieces, so that this file does not find itself.
  const homes = ['home', 'Users', 'root', 'work'].join('|');
  const machinePath = new RegExp(String.raw`(?<![\w.:/@-])/(?:${homes})/[\w.-]+/`, 'u');
  const found = files.filter(
    ({ path, text }) => path !== 'pnpm-lock.yaml' && machinePath.test(text),
  );
  expect(found.map(({ path }) => path)).toEqual([]);
});
