// What is published works: all packages packed, installed into an empty folder, and used there.
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startFakeOpenAI, tempFolder } from '@spendfuse/testkit';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../..', import.meta.url));
/** The Node that runs the tests goes first, whatever the machine has. */
const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
const APP = `
import OpenAI from 'openai';
const { usage } = await new OpenAI().chat.completions.create({
  model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] });
console.log(usage.completion_tokens);
`;

it('packs, installs into an empty folder, and guards an app there', async () => {
  await using folder = await tempFolder({ prefix: 'packed app ' });
  const tarballs = join(folder.path, 'tarballs');
  const app = join(folder.path, 'app');
  await mkdir(tarballs);
  await mkdir(app);
  await run('npm', ['run', '--silent', 'release:pack', '--', tarballs], { cwd: checkout });
  const packed = (await readdir(tarballs)).map((name) => join(tarballs, name));
  expect(packed).toHaveLength(9);
  await writeFile(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  await writeFile(join(app, 'app.mjs'), APP);
  const env = { ...process.env, PATH: path, NODE_OPTIONS: '' };
  await run('npm', ['install', '--no-audit', '--no-fund', 'openai@7.57.0', ...packed], {
    cwd: app,
    env,
  });
  await using provider = await startFakeOpenAI();
  const spendfuse = join(app, 'node_modules/.bin/spendfuse');
  const command = ['run', '--limit', '$1/day', '--', 'node', 'app.mjs'];
  const { stdout, stderr } = await run(spendfuse, command, {
    cwd: app,
    env: {
      PATH: path,
      HOME: folder.path,
      OPENAI_API_KEY: 'sk-test-key',
      OPENAI_BASE_URL: provider.baseUrl,
    },
  });
  expect(stdout.trim()).toBe('40');
  expect(stderr).toMatch(/^spendfuse: 1 call, .*\$0\.\d+ of \$1\.00\/day/m);
  expect(provider.calls).toHaveLength(1);
}, 180_000);
