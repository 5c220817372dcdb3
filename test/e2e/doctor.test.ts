// `spendfuse doctor` in apps: what is installed there, how it is caught, and what is amiss around it.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runNode } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { spendfuse } from '../support/command-line.ts';
import { scratchFolder } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const sidecar = sharedByAll(() =>
  startTestSidecar({ config: 'budgets: [{ id: all, limits: [$1/day] }]' }),
);
const app = newForEach(scratchFolder);

async function write(path: string, content: object | string): Promise<void> {
  const file = join(app.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** An app with these dependencies; those with a version are made up, the others this package's. */
async function install(
  dependencies: Readonly<Record<string, string>>,
  scripts = {},
): Promise<void> {
  await write('package.json', { name: 'app', dependencies, scripts });
}

const ready = () => ({
  NODE_OPTIONS: `--require "${preload}"`,
  SPENDFUSE_ENDPOINT: sidecar.endpoint,
});

interface Doctored {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface ReportJson {
  readonly ok: boolean;
  readonly folder: string;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly text: string;
  }[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly via: readonly string[];
    readonly guarded: boolean;
    readonly how: string;
    readonly why?: string;
  }[];
  readonly notes: readonly string[];
}

const doctor = (
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Doctored> => runNode({ args: [spendfuse, 'doctor', ...args], cwd: app.path, env });

async function report(env: Readonly<Record<string, string>>): Promise<ReportJson> {
  const { stdout, stderr, code } = await doctor(env, ['--json']);
  expect(stderr).toBe('');
  const json = JSON.parse(stdout) as ReportJson;
  expect(code).toBe(json.ok ? 0 : 1);
  return json;
}

describe('an app that is ready', () => {
  test('all of it is guarded, each package by what was seen at work', async () => {
    await install({
      openai: '*',
      'openai-4': '*',
      'bedrock-old': '*',
      '@modelcontextprotocol/sdk': '*',
      '@langchain/openai': '*',
      zod: '*',
    });
    const { ok, checks, packages, notes } = await report(ready());
    expect(packages.map(({ name, guarded, how }) => [name, guarded, how])).toEqual([
      ['openai', true, 'fetch'],
      ['openai', true, 'node-fetch hook'],
      ['@aws-sdk/client-bedrock-runtime', true, 'bedrock hook'],
      ['@modelcontextprotocol/sdk', true, 'mcp hook'],
      ['@langchain/openai', true, 'fetch, and the SDKs it uses'],
    ]);
    expect(packages[1]?.version).toMatch(/^4\./u);
    expect(checks.map(({ name, ok: isOk }) => [name, isOk])).toEqual([
      ['settings', true],
      ['sidecar', true],
      ['preload', true],
    ]);
    expect(notes.join()).toContain('realtime sessions (WebSocket) of openai');
    expect(ok).toBe(true);
  });

  test('it is told as a table, without colours where nobody looks', async () => {
    await install({ ollama: '*' });
    const { stdout, code } = await doctor(ready());
    expect(stdout).toContain(`✓ sidecar: answers at ${sidecar.endpoint}`);
    expect(stdout).toMatch(/^package +version +guarded +by$/mu);
    expect(stdout).toMatch(/^ollama +\d+\.\d+\.\d+ +yes +fetch$/mu);
    expect(stdout).toContain('All of it is guarded.\n');
    expect(stdout).not.toContain('\u001B');
    expect(code).toBe(0);
  });

  test('a script that runs it under Spendfuse is enough', async () => {
    await install({}, { start: "spendfuse run --limit '$5/day' -- node app.js" });
    const { ok, checks } = await report({});
    expect(checks.map(({ text }) => text).join()).toContain('script "start"');
    expect(ok).toBe(true);
  });
});

describe('what is amiss', () => {
  test('nothing starts the app with the preload, and nobody is to be asked', async () => {
    await install({ ollama: '*' });
    const { checks } = await report({});
    const wrong = checks.filter(({ ok }) => !ok).map(({ name, text }) => `${name}: ${text}`);
    expect(wrong).toEqual([
      expect.stringContaining('sidecar: SPENDFUSE_ENDPOINT is not set'),
      expect.stringContaining('preload: neither in NODE_OPTIONS nor'),
    ]);
  });

  test('a sidecar that does not answer', async () => {
    await install({});
    const { checks } = await report({ ...ready(), SPENDFUSE_ENDPOINT: '127.0.0.1:9' });
    const sidecarCheck = checks.find(({ name }) => name === 'sidecar');
    expect(sidecarCheck).toMatchObject({ ok: false, text: expect.stringContaining('127.0.0.1:9') });
  });

  test('settings that cannot be read, and addresses of hosts that nobody knows', async () => {
    await install({});
    const { checks } = await report({
      ...ready(),
      SPENDFUSE_LABELS: 'team',
      OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1',
      OPENAI_API_BASE: 'http://llm.internal:8000/v1',
      LITELLM_API_BASE: 'http://127.0.0.1:4000',
      SPENDFUSE_HOSTS: 'http://127.0.0.1:4000=openai',
    });
    const wrong = checks.filter(({ ok }) => !ok).map(({ name, text }) => `${name}: ${text}`);
    expect(wrong).toEqual([
      expect.stringContaining('settings: SPENDFUSE_LABELS'),
      expect.stringContaining('SPENDFUSE_HOSTS=http://llm.internal:8000=<provider>'),
    ]);
  });

  test('packages that are too old, that nothing catches, and that cannot be loaded', async () => {
    await install({ openai: '^3', '@azure-rest/ai-inference': '1', '@mistralai/mistralai': '2' });
    const packed = (name: string, version: string) =>
      write(`node_modules/${name}/package.json`, { name, version });
    await packed('openai', '3.3.0');
    await packed('@azure-rest/ai-inference', '1.0.0');
    await packed('@mistralai/mistralai', '2.0.0');
    await write('node_modules/@mistralai/mistralai/index.js', 'throw new Error("it is broken")');
    const { packages, ok } = await report(ready());
    expect(packages.map(({ name, guarded, why }) => [name, guarded, why])).toEqual([
      ['openai', false, expect.stringContaining('axios')],
      ['@azure-rest/ai-inference', false, expect.stringContaining('nothing catches')],
      ['@mistralai/mistralai', false, 'it cannot be loaded: it is broken'],
    ]);
    expect(ok).toBe(false);
  });

  test('a copy that only a dependency has', async () => {
    await install({ wrapper: '1' });
    const inner = 'node_modules/wrapper/node_modules/openai/package.json';
    await write('node_modules/wrapper/package.json', {
      name: 'wrapper',
      version: '1.0.0',
      dependencies: { openai: '^3' },
    });
    await write(inner, { name: 'openai', version: '3.1.0' });
    const { packages } = await report(ready());
    expect(packages).toMatchObject([{ name: 'openai', version: '3.1.0', via: ['wrapper'] }]);
    const { stdout } = await doctor(ready());
    expect(stdout).toMatch(/^openai \(of wrapper\) +3\.1\.0 +no +nothing$/mu);
  });

  test('a package whose hook sees nothing inside of a bundle', async () => {
    await install({ 'groq-sdk-0': '*', esbuild: '*' });
    const { notes, ok } = await report(ready());
    expect(notes).toContainEqual(expect.stringMatching(/esbuild bundles: groq-sdk/u));
    expect(ok).toBe(true);
  });
});

describe('what cannot be looked at is not said to be guarded', () => {
  test('packages that are declared and not installed; tools and optional ones may be missing', async () => {
    await write('package.json', {
      dependencies: { '@google/generative-ai': '1' },
      devDependencies: { '@azure/openai': '2' },
      peerDependencies: { '@mastra/none': '1' },
      optionalDependencies: { '@azure-rest/ai-inference': '1' },
    });
    const { ok, checks } = await report(ready());
    expect(checks.filter(({ ok: isOk }) => !isOk)).toEqual([
      {
        name: 'packages',
        ok: false,
        text: expect.stringMatching(/^@google\/generative-ai: declared .* install first$/u),
      },
    ]);
    expect(ok).toBe(false);
    await write('.pnp.cjs', '');
    const { checks: packed } = await report(ready());
    expect(packed.at(-1)?.text).toContain('nodeLinker: node-modules');
  });

  test('a workspace is not its packages, and an app without an SDK has only fetch', async () => {
    await write('package.json', { name: 'root', workspaces: ['packages/*'] });
    const { stdout, code } = await doctor(ready());
    expect(stdout).toContain('look at each of its packages by --cwd');
    expect(stdout).toContain('What calls the global `fetch` is guarded.');
    expect(code).toBe(0);
  });

  test.each([
    ['{"name": "app",', /package\.json cannot be read: /u],
    ['["app"]', /package\.json cannot be read: it is no JSON object/u],
  ])('a package.json that is %s', async (content, message) => {
    await write('package.json', content);
    // The preload is left out: Node itself stops at such a file.
    const { stdout, stderr, code } = await doctor({});
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('one with a byte order mark is read like any other', async () => {
    await write('package.json', '\u{FEFF}{ "dependencies": { "@google/generative-ai": "1" } }');
    const { checks } = await report({});
    expect(checks.at(-1)?.text).toContain('declared in package.json and not installed');
  });

  test('a folder that is not there', async () => {
    await install({});
    const { stderr, code } = await doctor(ready(), ['--cwd', 'nowhere']);
    expect(stderr).toMatch(/^spendfuse: there is no folder .*nowhere; name the app's folder/u);
    expect(code).toBe(2);
  });
});

test('a folder that is no app is an error that says what to do', async () => {
  const { stderr, code } = await doctor({}, ['--cwd', '/']);
  expect(stderr).toMatch(/^spendfuse: no package\.json in \/ or above; .*--cwd/u);
  expect(code).toBe(2);
});

test('it is run in the folder that it is told, or one inside of an app', async () => {
  await install({});
  await mkdir(join(app.path, 'src/inner'), { recursive: true });
  const { stdout } = await doctor(ready(), ['--json', '--cwd', 'src/inner']);
  expect((JSON.parse(stdout) as ReportJson).folder).toBe(app.path);
});
