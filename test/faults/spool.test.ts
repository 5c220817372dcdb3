// App and sidecar are killed in every order: what calls have used is counted, and counted once.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startFakeOpenAI, tempFolder } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { runApp } from '../support/app.ts';
import { allEntries, settled, startTestSidecar, type TestSidecar } from '../support/sidecar.ts';

const CONFIG = 'budgets:\n  - id: all\n    limits: [$5/day]\n';
const ASK = `await openai.chat.completions.create({
  model: 'gpt-4o-mini', max_tokens: 50, messages: [{ role: 'user', content: 'tell no one' }] });\n`;
const DIE = "process.kill(process.pid, 'SIGKILL');\nawait new Promise(() => {});\n";
/** Long enough for what is waiting to be delivered. */
const IDLE = "await (await import('node:timers/promises')).setTimeout(1500);\n";

async function setUp() {
  const provider = await startFakeOpenAI();
  const sidecar = await startTestSidecar({ config: CONFIG });
  const folder = await tempFolder();
  const spool = join(folder.path, 'spool');
  const app = (source: string, env: Readonly<Record<string, string>> = {}) =>
    runApp({
      provider,
      sidecar,
      source,
      env: { SPENDFUSE_ON_UNAVAILABLE: 'allow', SPENDFUSE_SPOOL_DIR: spool, ...env },
    });
  return {
    provider,
    sidecar,
    spool,
    app,
    files: () => readdir(spool),
    async [Symbol.asyncDispose]() {
      await sidecar[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

/** Usage of all entries that count any, by id. */
async function counted(sidecar: TestSidecar): Promise<readonly string[]> {
  await settled(sidecar);
  const entries = [
    ...(await allEntries(sidecar, 'commit')),
    ...(await allEntries(sidecar, 'record')),
  ];
  return entries.map(({ id }) => id);
}

test('the sidecar is killed, then the app: the next app delivers what the first has used', async () => {
  await using world = await setUp();
  const { app, sidecar, spool, files } = world;
  await sidecar.crash();
  expect((await app(ASK.repeat(3) + DIE)).signal).toBe('SIGKILL');

  const [name = '', ...others] = await files();
  expect(others).toEqual([]);
  const text = await readFile(join(spool, name), 'utf8');
  expect(text.trim().split('\n')).toHaveLength(3);
  const sent = text.replaceAll(/(?<="message":")[^"]*/gu, (bytes) => atob(bytes));
  expect(sent).toContain('gpt-4o-mini');
  expect(sent).not.toMatch(/tell no one|sk-test/u);
  expect([(await stat(spool)).mode & 0o777, (await stat(join(spool, name))).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);

  await sidecar.start();
  expect((await app(ASK + IDLE)).code).toBe(0);
  expect(await files()).toEqual([]);
  const ids = await counted(sidecar);
  expect([ids.length, new Set(ids).size]).toEqual([4, 4]);
});

test('killed between a reserve and its commit: the commit settles that reserve, once', async () => {
  await using world = await setUp();
  const { app, provider, sidecar, files } = world;
  provider.script = () => ({ hold: sidecar.crash() });
  expect((await app(ASK + DIE)).signal).toBe('SIGKILL');
  expect(await files()).toHaveLength(1);
  provider.script = () => undefined;

  // An app that comes before the sidecar takes it over, and is killed as well.
  expect((await app(ASK + DIE)).signal).toBe('SIGKILL');
  expect((await files()).length).toBeGreaterThan(0);
  await sidecar.start();
  expect((await app(IDLE + ASK + IDLE)).code).toBe(0);
  expect(await files()).toEqual([]);
  const ids = await counted(sidecar);
  expect([ids.length, new Set(ids).size]).toEqual([3, 3]);
  const [reserved] = (await allEntries(sidecar, 'reserve')).toReversed();
  expect((await allEntries(sidecar, 'commit')).map(({ id }) => id)).toContain(reserved?.id);
});

test('the app ends by process.exit while the sidecar is away', async () => {
  await using world = await setUp();
  const { app, sidecar, files } = world;
  await sidecar.crash();
  const first = await app(`${ASK}process.exit(3);\n`);
  expect([first.code, await files()]).toEqual([3, [expect.stringMatching(/\.jsonl$/)]]);
  expect(first.stderr).not.toContain('not delivered');
  await sidecar.start();
  await app(ASK + IDLE);
  expect(await counted(sidecar)).toHaveLength(2);
});

test('two apps that start at once share what was left, and nothing is counted twice', async () => {
  await using world = await setUp();
  const { app, sidecar, files } = world;
  await sidecar.crash();
  for (let i = 0; i < 2; i++) await app(ASK.repeat(2) + DIE);
  await sidecar.start();
  // Killed while it delivers, or soon after: the others may deliver it again.
  await app(ASK + DIE);
  await Promise.all([app(ASK + IDLE), app(ASK + IDLE)]);
  expect(await files()).toEqual([]);
  const ids = await counted(sidecar);
  expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
});

test('a last line that is torn, and a file that is none: the rest is delivered', async () => {
  await using world = await setUp();
  const { app, sidecar, spool, files } = world;
  await sidecar.crash();
  await app(ASK.repeat(3) + DIE);
  const [name = ''] = await files();
  const text = await readFile(join(spool, name), 'utf8');
  await writeFile(join(spool, name), text.slice(0, -20));
  await writeFile(join(spool, 'notes.txt'), 'mine');
  await sidecar.start();
  await app(ASK + IDLE);
  expect(await files()).toEqual(['notes.txt']);
  expect(await counted(sidecar)).toHaveLength(3);
});

test.each([
  ['is a file', 'file'],
  ['cannot be made', 'file/folder'],
])('a folder that %s: one clear warning, and calls go on', async (_, path) => {
  await using world = await setUp();
  const { app, spool } = world;
  const around = join(spool, '..');
  await writeFile(join(around, 'file'), '');
  const env = { SPENDFUSE_SPOOL_DIR: join(around, path) };
  const { code, stderr, stdout } = await app(`${ASK}console.log('went on');`, env);
  expect([code, stdout.trim()]).toEqual([0, 'went on']);
  expect(stderr).toMatch(/^spendfuse: .*spool.* cannot be delivered \(folder=.*, reason=.*\)\n$/u);
});

test('without a folder, what is lost at the end is told', async () => {
  await using provider = await startFakeOpenAI();
  const { code, stderr } = await runApp({
    provider,
    sidecar: { endpoint: `127.0.0.1:${await freePort()}` },
    source: ASK.repeat(2),
    env: { SPENDFUSE_ON_UNAVAILABLE: 'allow' },
  });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /ended with calls that were not delivered, so .*SPENDFUSE_SPOOL_DIR names .* \(endpoint=\S+, calls=2\)/u,
  );
});
