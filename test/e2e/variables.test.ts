// A misspelt SPENDFUSE_... variable is told of, by name, wherever variables are read.
import { VARIABLES } from '@spendfuse/core';
import { SETTINGS } from '@spendfuse/instrumentation';
import { sidecarSettings } from '@spendfuse/sidecar/settings';
import { startNode } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { openCommandLine, spendfuse } from '../support/command-line.ts';
import { runText } from '../support/program.ts';
import { preload } from '../support/sidecar.ts';
import { newForEach } from '../support/started.ts';

const folder = newForEach(openCommandLine);

const misspelt = { SPENDFUSE_ENDPONT: 'unix:/secret', SPENDFUSE_TEST_OWN: 'x' };
const TOLD = 'SPENDFUSE_ENDPONT is not known; did you mean SPENDFUSE_ENDPOINT?';

test('the names that are known are those of the settings', () => {
  const declared = [...Object.values(SETTINGS), ...Object.values(sidecarSettings)];
  const names = new Set(declared.map(({ env }) => env));
  expect([...names].filter((name) => name.startsWith('SPENDFUSE_')).toSorted()).toEqual(VARIABLES);
});

describe('the preload', () => {
  const program = (env: Readonly<Record<string, string>>) =>
    runText({
      text: `import { Worker } from 'node:worker_threads';
        new Worker('', { eval: true }).on('exit', () => console.log('done'));`,
      flags: ['--require', preload],
      env,
    });

  test('tells it at the start, once, whatever its threads load', async () => {
    const { stdout, stderr } = await program(misspelt);
    expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: `spendfuse: ${TOLD}\n` });
  });

  test('is silent where it is told to be, and where all names are known', async () => {
    expect((await program({ ...misspelt, SPENDFUSE_LOG: 'error' })).stderr).toBe('');
    const known = Object.fromEntries(VARIABLES.map((name) => [name, '']));
    expect((await program(known)).stderr).toBe('');
  });
});

describe('run', () => {
  const args = ['run', '--limit', '$5/day', '--label', 'team=search', '--', 'true'];

  test('tells it before the command begins', async () => {
    const { stderr } = await folder.run(args, misspelt);
    expect(stderr.split('\n')).toEqual([
      `spendfuse: ${TOLD}`,
      expect.stringMatching(/^spendfuse: 0 calls/),
      '',
    ]);
  });

  test('is silent where it is told to be, and of what it sets itself', async () => {
    const quiet = await folder.run(args, { ...misspelt, SPENDFUSE_LOG: 'error' });
    expect(quiet.stderr).toMatch(/^spendfuse: 0 calls[^\n]*\n$/);
    const node = await folder.run([...args.slice(0, -1), process.execPath, '-e', '']);
    expect(node.stderr).toMatch(/^spendfuse: 0 calls[^\n]*\n$/);
  });
});

test('up tells it in its log', async () => {
  const none = ['--grpc', '127.0.0.1:0', '--http', 'none', '--admin', 'none', '--data', 'memory'];
  await using sidecar = await startNode({
    args: [spendfuse, 'up', '--limit', '$5/day', ...none],
    env: misspelt,
  });
  await sidecar.waitForLine(/is up/u);
  expect(sidecar.stderr()).toMatch(new RegExp(`^\\S+ warn  ${TOLD.replace('?', '\\?')}$`, 'mu'));
  expect(sidecar.stderr()).not.toMatch(/secret|SPENDFUSE_TEST/u);
});
