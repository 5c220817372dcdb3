// Package.json files and imports keep to the table in layers.ts.
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layers, packageFolders, packageName, pureFolders } from './layers.ts';
import { importsOf, manifest, packageOf, workspaceFolders } from './manifests.ts';
import { paths, read } from './repository.ts';

const workspaceNames: readonly string[] = packageFolders.map(packageName);

test('the table names exactly the packages there are', () => {
  const folders = paths.flatMap(
    (path) => /^packages\/([^/]+)\/package\.json$/u.exec(path)?.[1] ?? [],
  );
  expect(folders.toSorted()).toEqual(packageFolders.toSorted());
});

test('the TypeScript build knows every package', () => {
  const built = [...read('packages/tsconfig.json').matchAll(/"path": "\.\/([^"]+)"/gu)];
  expect(built.map(([, folder]) => String(folder)).toSorted()).toEqual(packageFolders.toSorted());
});

describe.each(packageFolders)('%s', (folder) => {
  const { dependencies = {}, devDependencies = {}, ...rest } = manifest(`packages/${folder}`);
  const allowed: readonly string[] = layers[folder].map(packageName);

  test('depends only on what the table allows', () => {
    const declared = Object.keys(dependencies).filter((name) => workspaceNames.includes(name));
    expect(declared.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test('is named after its folder', () => {
    expect(rest.name).toBe(packageName(folder));
  });

  test('needs testkit for its own tests at most', () => {
    expect(Object.keys(dependencies)).not.toContain('@spendfuse/testkit');
  });

  test('references for the build what it depends on', () => {
    const references = [
      ...read(`packages/${folder}/tsconfig.json`).matchAll(/"path": "\.\.\/([^"]+)"/gu),
    ].map(([, name]) => packageName(String(name)));
    const declared = Object.keys(dependencies).filter((name) => workspaceNames.includes(name));
    expect(references.toSorted()).toEqual(declared.toSorted());
  });

  test('takes every version from the catalog or the workspace', () => {
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    const loose = versions.filter(
      ([, version]) => !/^(?:catalog:[a-z]*|workspace:\*)$/u.test(version),
    );
    expect(loose).toEqual([]);
  });
});

test.each(pureFolders)('%s ships no import of Node', (folder) => {
  const found = importsOf(`packages/${folder}`).filter(
    ({ specifier, dev }) => specifier.startsWith('node:') && !dev,
  );
  expect(found).toEqual([]);
});

describe.each(workspaceFolders)('imports in %s', (folder) => {
  const { name, dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest(folder);

  test('name declared dependencies', () => {
    const shipped = Object.keys({ ...dependencies, ...peerDependencies });
    const local = [...shipped, ...Object.keys(devDependencies), name, 'vitest', 'oxlint'];
    const undeclared = importsOf(folder).filter(({ specifier, dev }) => {
      const imported = packageOf(specifier);
      return imported !== undefined && !(dev ? local : shipped).includes(imported);
    });
    expect(undeclared).toEqual([]);
  });

  test('stay inside the package when they are relative', () => {
    const outside = importsOf(folder).filter(({ path, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      return !posix.join(posix.dirname(path), specifier).startsWith(`${folder}/`);
    });
    expect(outside).toEqual([]);
  });
});
