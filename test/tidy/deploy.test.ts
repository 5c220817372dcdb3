// What collector/ and deploy/ refer to exists: there is no engine here that would find out.
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { sidecarSettings } from '@spendfuse/sidecar/settings';
import { paths, read } from './repository.ts';

type Components = Readonly<Record<string, unknown>>;

interface CollectorConfig {
  readonly extensions: Components;
  readonly receivers: Components;
  readonly processors: Components;
  readonly exporters: Components;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<
      Record<string, Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>
    >;
  };
}

const collector = parse(read('collector/config.yaml')) as CollectorConfig;
const dockerfile = read('deploy/docker/Dockerfile').replace(/\\\n/gu, ' ');
const instructions = dockerfile
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'));

test('pipelines of the collector use exactly the components it defines', () => {
  const pipelines = Object.values(collector.service.pipelines);
  for (const kind of ['receivers', 'processors', 'exporters'] as const) {
    const used = new Set(pipelines.flatMap((pipeline) => pipeline[kind]));
    expect([...used].toSorted()).toEqual(Object.keys(collector[kind]).toSorted());
  }
  expect(collector.service.extensions).toEqual(Object.keys(collector.extensions));
});

test('every pipeline of the collector limits memory first', () => {
  const first = Object.values(collector.service.pipelines).map(({ processors }) => processors[0]);
  expect(new Set(first)).toEqual(new Set(['memory_limiter']));
});

test('what the Dockerfile copies from the repository is there', () => {
  const copies = instructions.filter(
    (line) => line.startsWith('COPY ') && !line.includes('--from='),
  );
  const sources = copies.flatMap((line) => line.split(/\s+/u).slice(1, -1));
  const known = new Set(paths.flatMap((path) => [path, ...parents(path)]));
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((source) => !known.has(source))).toEqual([]);
});

test('the Dockerfile ends as another user than root', () => {
  const users = instructions.filter((line) => line.startsWith('USER '));
  expect(users).toEqual(['USER node']);
});

test('the image and its documentation name only settings that there are', () => {
  const known = Object.values(sidecarSettings).map(({ env }) => env);
  const texts = [dockerfile, read('deploy/README.md')];
  const named = new Set(texts.flatMap((text) => text.match(/SPENDFUSE_\w+/gu) ?? []));
  expect([...named].filter((name) => ![...known, 'SPENDFUSE_ENDPOINT'].includes(name))).toEqual([]);
});

function parents(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}
