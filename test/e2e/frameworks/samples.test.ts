// The samples of docs/frameworks.md: the page repeats these files, and they do what it says.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runNode } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { allEntries, preload } from '../../support/sidecar.ts';
import { sharedByAll } from '../../support/started.ts';
import { ANSWER } from './every-framework.ts';
import { startWorld } from './play.ts';

const folder = new URL('samples/', import.meta.url);
const samples = readdirSync(folder).toSorted();
const page = readFileSync(new URL('../../../docs/frameworks.md', import.meta.url), 'utf8');

const world = sharedByAll(() => startWorld(() => ({ text: ANSWER })));

function run(sample: string, labels: string): ReturnType<typeof runNode> {
  return runNode({
    args: ['--require', preload, fileURLToPath(new URL(sample, folder))],
    env: { ...world.env, OPENAI_AGENTS_DISABLE_TRACING: '1', SPENDFUSE_LABELS: labels },
  });
}

describe.each(samples.filter((name) => name !== 'labels.ts'))('%s', (sample) => {
  test('answers where there is a budget, and says why where there is none', async () => {
    const before = world.calls().length;
    const [granted, denied] = await Promise.all([
      run(sample, 'team=rich'),
      run(sample, `purse=empty,cell=${sample}`),
    ]);
    expect(granted).toMatchObject({ code: 0, stdout: expect.stringContaining(ANSWER) });
    expect(denied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^TOO_LARGE Budget "empty" can never fit this call/u),
    });
    expect(world.calls()).toHaveLength(before + 1);
  });
});

test('labels.ts: the call has the label', async () => {
  expect(await run('labels.ts', 'team=labels')).toMatchObject({ code: 0, stdout: ANSWER });
  const commits = await allEntries(world.sidecar, 'commit');
  const own = commits.filter(({ labels }) => labels['team'] === 'labels');
  expect(own.map(({ labels }) => labels['user'])).toEqual(['u1']);
});

test('the page repeats the samples, each once', () => {
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gsu)].map(([, code]) => String(code));
  // Without the line that says what the file is for.
  const codes = samples.map((name) =>
    readFileSync(new URL(name, folder), 'utf8').replace(/^.*\n/u, ''),
  );
  expect(new Set(blocks)).toEqual(new Set(codes));
  expect(blocks).toHaveLength(codes.length);
});
