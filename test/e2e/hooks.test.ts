// The preload's module hooks: what they find, what they leave alone, and whom they get along with.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunResult, runNode, startFakeOpenAI } from '@spendfuse/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { type Program, runProgram } from '../support/hooked-program.ts';
import { commitCount } from '../support/ledger.ts';
import { scratchFolder } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';
import { nodesHere } from './matrix/nodes.ts';

const sidecar = sharedByAll(() => startTestSidecar({ config: AMPLE_AND_POOR }));
const provider = newForEach(() => startFakeOpenAI());

const committed = (): Promise<number> => commitCount(sidecar);

const environment = (): NonNullable<Program['env']> => ({
  SPENDFUSE_ENDPOINT: sidecar.endpoint,
  SPENDFUSE_HOSTS: `${provider.origin}=openai`,
  OPENAI_API_KEY: 'sk-test',
  OPENAI_BASE_URL: provider.baseUrl,
});

const run = (program: Program) =>
  runProgram({ ...program, env: { ...environment(), ...program.env } });

const COVERAGE = `
  const { coverage } = await import('@spendfuse/instrumentation');
  say(coverage());
`;
const ASK = `
  const openai = new OpenAI();
  const ask = () => openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] });
`;

describe('the report', () => {
  test('says what is hooked, by name and version, and so do debug lines', async () => {
    const { said, stderr } = await run({
      imports: {
        'openai-4': 'OpenAI',
        'node-fetch': 'fetch',
        undici: 'undici',
        'bedrock-old': 'aws',
      },
      env: { SPENDFUSE_LOG: 'debug' },
      source: COVERAGE,
    });
    const module = (hook: string, name: string, version: RegExp, format: string) => ({
      hook,
      name,
      version: expect.stringMatching(version),
      format,
      file: expect.stringContaining(`/node_modules/${name}/`),
      hooked: true,
    });
    const modules = [
      module('node-fetch', 'node-fetch', /^2\./u, 'commonjs'),
      module('node-fetch', 'node-fetch', /^3\./u, 'module'),
      module('undici', 'undici', /^8\./u, 'commonjs'),
      module('bedrock', '@aws-sdk/client-bedrock-runtime', /^3\.691/u, 'commonjs'),
    ];
    expect(said).toEqual([
      {
        layers: ['fetch', 'commonjs', 'esm'].map((name) => ({ name, active: true })),
        modules: expect.arrayContaining(modules),
      },
    ]);
    expect((said[0] as { modules: unknown[] }).modules).toHaveLength(4);
    for (const { name } of modules)
      expect(stderr).toMatch(new RegExp(`^spendfuse: ${name} \\S+ \\(\\w+\\) is guarded$`, 'mu'));
  });

  test('says that there is no preload, and that without an endpoint nothing is hooked', async () => {
    const without = await run({ flags: [], source: COVERAGE });
    expect(without.said).toMatchObject([
      {
        layers: [{ active: false, why: /preload/u }, {}, {}].map(() => ({ active: false })),
        modules: [],
      },
    ]);
    const idle = await run({
      imports: { 'node-fetch-2': 'fetch' },
      env: { SPENDFUSE_ENDPOINT: undefined },
      source:
        COVERAGE +
        "const M = await import('node:module'); say(M.default.prototype._compile.toString().includes('extended'));",
    });
    expect(idle.said).toMatchObject([
      {
        layers: [{ name: 'fetch', active: true }, { active: false }, { active: false }],
        modules: [],
      },
      false,
    ]);
  });

  test('says that fetch has been wrapped', async () => {
    const { said } = await run({
      source: `const ours = fetch; globalThis.fetch = (...given) => ours(...given); ${COVERAGE}`,
    });
    expect(said).toMatchObject([
      {
        layers: [{ name: 'fetch', active: true, why: expect.stringContaining('wrapped') }, {}, {}],
      },
    ]);
  });
});

describe.each(['--require', '--import'])('%s', (flag) => {
  test.each(['cjs', 'mjs'] as const)(
    '%s: a call through node-fetch is charged',
    async (modules) => {
      const before = await committed();
      const { said, stderr } = await run({
        modules,
        flags: [flag, preload],
        imports: { 'openai-4': 'OpenAI' },
        source: `${ASK} say((await ask()).usage.completion_tokens);`,
      });
      expect(stderr).toBe('');
      expect(said).toEqual([40]);
      expect(await committed()).toBe(before + 1);
    },
  );
});

test('worker threads are hooked as well', async () => {
  const { said, stderr } = await run({
    imports: { 'openai-4': 'OpenAI' },
    env: { SPENDFUSE_LABELS: 'team=poor' },
    source: `
      const { Worker, isMainThread } = await import('node:worker_threads');
      if (isMainThread) { new Worker(new URL(import.meta.url)); return; }
      ${ASK}
      await ask().catch(caught);
    `,
  });
  expect(stderr).toBe('');
  expect(said).toEqual([{ name: 'BudgetExceededError', reason: 'TOO_LARGE' }]);
  expect(provider.calls).toEqual([]);
});

describe('packages in odd places', () => {
  const app = sharedByAll(scratchFolder);

  async function install(at: string, name: string, files: Readonly<Record<string, string>>) {
    for (const [file, text] of Object.entries({
      'package.json': JSON.stringify({ name, version: '2.9.9', main: 'lib/index.js' }),
      ...files,
    })) {
      await mkdir(join(app.path, 'node_modules', at, file, '..'), { recursive: true });
      await writeFile(join(app.path, 'node_modules', at, file), text);
    }
  }

  async function runApp(
    source: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<RunResult> {
    await writeFile(join(app.path, 'app.cjs'), source);
    return runNode({
      args: ['--enable-source-maps', '--require', preload, join(app.path, 'app.cjs')],
      env: { ...environment(), ...more } as Record<string, string>,
    });
  }

  const NODE_FETCH = [
    "'use strict'; function fetch() { throw new Error('here'); }",
    'class FetchError {}',
    'module.exports = exports = fetch; exports.default = fetch;',
    'exports.strict = (function () { return this === undefined; })(); exports.isRedirect = () => true;',
    '// a comment without a line after it',
  ].join('\n');

  test('a copy under another name is found; its lines, its strictness and what hangs on it stay', async () => {
    await install('legacy-fetch', 'node-fetch', { 'lib/index.js': NODE_FETCH });
    const { stdout, stderr } = await runApp(
      `
      const need = require;
      const fetch = need('legacy-fetch');
      try { fetch('https://elsewhere.example/'); } catch (error) { console.log(/index\\.js:(\\d+)/.exec(error.stack)[1]); }
      console.log(fetch.strict, fetch.isRedirect(), fetch.default === fetch, Object.keys(fetch).join());
    `,
      { SPENDFUSE_LOG: 'debug' },
    );
    expect(stderr).toBe('spendfuse: node-fetch 2.9.9 (commonjs) is guarded\n');
    expect(stdout).toBe('1\ntrue true true default,strict,isRedirect\n');
  });

  test('another package with such a file is left as it is', async () => {
    await install('fetch-like', 'fetch-like', {
      'lib/index.js': `${NODE_FETCH}\nexports.text = fetch.toString();`,
    });
    const { stdout, stderr } = await runApp(
      "const need = require; const own = need('fetch-like'); console.log(own.toString() === own.text);",
      { SPENDFUSE_LOG: 'debug' },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('true\n');
  });

  test('one that is not what it was is told, and works', async () => {
    await install('@aws-sdk/client-bedrock-runtime', '@aws-sdk/client-bedrock-runtime', {
      'lib/index.js': "module.exports = require('../dist-cjs/index.js');",
      'dist-cjs/index.js': 'exports.BedrockRuntimeClient = class {};',
    });
    const { stdout, stderr } = await runApp(
      "console.log(typeof require('@aws-sdk/client-bedrock-runtime').BedrockRuntimeClient);",
    );
    expect(stdout).toBe('function\n');
    expect(stderr).toMatch(
      /^spendfuse: @aws-sdk\/client-bedrock-runtime 2\.9\.9 could not be hooked, [^\n]+\n$/u,
    );
  });
});

describe('beside the hooks of OpenTelemetry', () => {
  const fromInstrumentation = createRequire(
    new URL('../../packages/instrumentation/package.json', import.meta.url),
  );
  const telemetry = fromInstrumentation.resolve('@opentelemetry/instrumentation');
  const middle = createRequire(telemetry).resolve('import-in-the-middle');
  /** What its users write into a preload of theirs: the loader in a thread, or the one in this thread. */
  const LOADERS = {
    'module.register': `import { register } from 'node:module'; register(${JSON.stringify(
      new URL('hook.mjs', `file://${middle}`).href,
    )}, import.meta.url);`,
    'module.registerHooks': `import { register } from ${JSON.stringify(
      new URL('register-hooks.mjs', `file://${middle}`).href,
    )}; register();`,
  };
  let loader: string;

  afterEach(() => rm(loader, { force: true }));

  test.each(
    Object.keys(LOADERS).flatMap((name) => [
      { name, isFirst: true },
      { name, isFirst: false },
    ]),
  )('$name, first: $isFirst', async ({ name, isFirst }) => {
    loader = fileURLToPath(
      new URL(`../node_modules/.cache/loader-${process.pid}.mjs`, import.meta.url),
    );
    await writeFile(loader, LOADERS[name as keyof typeof LOADERS]);
    const before = await committed();
    const theirs = ['--import', loader];
    const ours = ['--import', preload];
    const { said, stderr } = await run({
      flags: isFirst ? [...theirs, ...ours] : [...ours, ...theirs],
      source: `
        const { Hook } = await import(${JSON.stringify(`file://${middle}`)});
        const seen = [];
        new Hook(['node-fetch', 'openai'], (_, name) => { seen.push(name); });
        const { default: OpenAI } = await import('openai');
        ${ASK}
        say((await ask()).usage.completion_tokens);
        for (const name of ['node-fetch', 'node-fetch-2']) {
          const { default: fetch } = await import(name);
          const response = await fetch('${provider.baseUrl}/chat/completions', {
            method: 'POST',
            body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] }),
            headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
          });
          say((await response.json()).usage.completion_tokens);
        }
        say([...new Set(seen)].sort());
        ${COVERAGE}
      `,
    });
    expect(stderr).toBe('');
    expect(said.slice(0, 4)).toEqual([40, 40, 40, ['node-fetch', 'openai']]);
    expect(await committed()).toBe(before + 3);
  });
});

describe.each(await nodesHere())('Node $version', ({ version, path }) => {
  // Below 22.22.3, a load hook takes `require.cache` from CommonJS that is imported.
  const isOld = version === '22.15.0';

  test.each(['cjs', 'mjs'] as const)(
    '%s: what is hooked there, and what is not',
    async (modules) => {
      const before = await committed();
      const { said, stderr } = await run({
        node: path,
        modules,
        imports: {
          'openai-4': 'OpenAI',
          'node-fetch': 'fetch',
          'bedrock-old': '{ BedrockRuntimeClient }',
        },
        source: `
        ${ASK}
        say((await ask()).usage.completion_tokens);
        const { default: imported } = await import('node-fetch');
        const response = await imported('${provider.baseUrl}/chat/completions', {
          method: 'POST',
          body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] }),
          headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
        });
        say((await response.json()).usage.completion_tokens);
        ${COVERAGE}
        const { createRequire } = await import('node:module');
        say(Object.keys(createRequire(${JSON.stringify(import.meta.filename)}).cache).some((file) => file.includes('bedrock')));
      `,
      });
      expect(said).toEqual([
        40,
        40,
        {
          layers: [
            { name: 'fetch', active: true },
            { name: 'commonjs', active: true },
            { name: 'esm', active: !isOld, ...(isOld && { why: expect.any(String) }) },
          ],
          modules: expect.arrayContaining([
            expect.objectContaining({ name: 'node-fetch', format: 'commonjs', hooked: true }),
            expect.objectContaining({ name: 'node-fetch', format: 'module', hooked: true }),
            expect.objectContaining({ hook: 'bedrock', hooked: true }),
          ]),
        },
        true,
      ]);
      // There, only what is imported can be guarded; a program in CommonJS has required it here.
      const line =
        /^spendfuse: node-fetch 3\S+ is required, and its calls pass uncounted[^\n]+\n$/u;
      expect(stderr).toMatch(isOld && modules === 'cjs' ? line : /^$/u);
      expect(await committed()).toBe(before + 2);
    },
  );
});
