// Calls of tools of MCP servers: counted, priced, refused and told, by the preload or where one is asked.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startFakeOtlp } from '@spendfuse/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { committedOf, toldCommits } from '../support/ledger.ts';
import { runText } from '../support/program.ts';
import { preload, startTestSidecar } from '../support/sidecar.ts';
import { sharedByAll } from '../support/started.ts';

const serverFile = fileURLToPath(new URL('../support/mcp-server.ts', import.meta.url));
const CONFIG = `
budgets:
  - id: total
    limits: [$5/day, 1000 tool_calls/day]
  - id: mine
    match: { team: [a] }
    per: [test]
    limits: [2 tool_calls/day]
    onShortage: [deny]
  - id: poor
    match: { team: [poor] }
    limits: [$0.001/day]
    onShortage: [deny]
prices:
  - { provider: mcp, model: 'office/slow', input: 0, output: 0, request: $0.01 }
`;

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
const otlp = sharedByAll(startFakeOtlp);
let run = 0;

beforeEach(() => {
  run += 1;
});

type Modules = 'cjs' | 'mjs';

/** `load` imports a file of the SDK; `connect()` resolves to a client of the server. */
const HEADS: Readonly<Record<Modules, string>> = {
  cjs: `const load = async (path) => require('@modelcontextprotocol/sdk/' + path);`,
  mjs: `const load = (path) => import('@modelcontextprotocol/sdk/' + path);`,
};

const TRANSPORTS = {
  stdio: `
    const { StdioClientTransport } = await load('client/stdio.js');
    const args = ['--disable-warning=ExperimentalWarning', ${JSON.stringify(serverFile)}];
    await client.connect(new StdioClientTransport({ command: process.execPath, args }));`,
  memory: `
    const { InMemoryTransport } = await load('inMemory.js');
    const [mine, theirs] = InMemoryTransport.createLinkedPair();
    await createServer().connect(theirs);
    await client.connect(mine);`,
  http: `
    const { createServer: listen } = await import('node:http');
    const { StreamableHTTPServerTransport } = await load('server/streamableHttp.js');
    const { StreamableHTTPClientTransport } = await load('client/streamableHttp.js');
    const theirs = new StreamableHTTPServerTransport(
      { sessionIdGenerator: () => crypto.randomUUID() });
    const http = listen((request, response) => void theirs.handleRequest(request, response));
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
    await createServer().connect(theirs);
    await client.connect(new StreamableHTTPClientTransport(
      new URL('http://127.0.0.1:' + http.address().port)));
    client.onclose = () => { http.closeAllConnections(); http.close(); };`,
} as const;

interface Played {
  readonly source: string;
  readonly modules?: Modules;
  readonly transport?: keyof typeof TRANSPORTS;
  readonly flags?: readonly string[];
  readonly head?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What it printed, and the commits that it made: model, cost, where that is known from. */
async function play(played: Played) {
  const { source, modules = 'mjs', transport = 'memory', head = '', env = {} } = played;
  const ended = await runText({
    modules,
    text: `${HEADS[modules]}
    (async () => {
      const { createServer } = await import(${JSON.stringify(pathToFileURL(serverFile).href)});
      const { Client } = await load('client/index.js');
      const client = new Client({ name: 'app', version: '1.0.0' });
      ${TRANSPORTS[transport]}
      ${head}
      const call = async (name, options) => {
        try {
          const { content, isError } = await client.callTool({ name }, undefined, options);
          console.log(isError ? 'failed: ' + content[0].text : content[0].text);
        } catch (error) {
          console.log(error.name, error.reason ?? error.code ?? error.message);
        }
      };
      ${source}
      await client.close();
    })();`,
    flags: [...(played.flags ?? ['--require', preload]), '--no-warnings'],
    env: {
      SPENDFUSE_ENDPOINT: sidecar.endpoint,
      SPENDFUSE_LABELS: `test=t${run}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      ...env,
    },
  });
  const commits = await toldCommits(sidecar, { test: `t${run}` });
  return { ...ended, commits, lines: ended.stdout.trim().split('\n') };
}

async function toolCalls(budget: string): Promise<number> {
  return (await committedOf(sidecar, budget))['tool_calls'] ?? 0;
}

const FREE = (tool: string) => [`office/${tool}`, 0, 'provider'];

describe.each(['cjs', 'mjs'] as const)('a client in %s', (modules) => {
  test.each(['stdio', 'memory', 'http'] as const)(
    'over %s: each call is counted, and the one that is too many is never sent',
    async (transport) => {
      const before = await toolCalls('total');
      const { lines, stderr, commits, code } = await play({
        modules,
        transport,
        source: `
          console.log((await client.listTools()).tools.length);
          await call('echo'); await call('fail'); await call('echo');
          delete process.env.SPENDFUSE_ENDPOINT;
          await call('calls');`,
        env: { SPENDFUSE_LABELS: `test=t${run},team=a` },
      });
      expect(stderr).toBe('');
      expect(lines).toEqual([
        '6',
        'hello',
        'failed: it failed',
        'BudgetExceededError EXHAUSTED',
        '3',
      ]);
      expect(commits).toEqual([FREE('echo'), FREE('fail')]);
      expect(await toolCalls('total')).toBe(before + 2);
      expect(code).toBe(0);
    },
  );
});

test('a call has the price of its tool, held before it is sent', async () => {
  const { lines, commits } = await play({
    source: `
      const progress = [];
      await call('slow', { onprogress: ({ progress: at }) => progress.push(at) });
      console.log(progress.join());`,
  });
  expect(lines).toEqual(['slow', '1,2,3,4,5']);
  expect(commits).toEqual([['office/slow', 10_000_000, 'provider']]);
  const poor = await play({
    source: "await call('slow'); await call('echo');",
    env: { SPENDFUSE_LABELS: 'team=poor' },
  });
  expect(poor.lines).toEqual(['BudgetExceededError TOO_LARGE', 'hello']);
});

test('what was sent is charged, whatever came of it; what was not is not', async () => {
  const { lines, commits } = await play({
    source: `
      await call('explode');
      await call('no-such-tool');
      await call('never', { timeout: 50 });
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      await call('never', { signal: controller.signal });
      await call('echo', { signal: AbortSignal.abort() });
      await client.request({ method: 'tools/call', params: { name: 'echo' } },
        (await load('types.js')).CallToolResultSchema);
      await client.close();
      await call('echo');`,
  });
  expect(lines).toEqual([
    'McpError -32603',
    'McpError -32602',
    'McpError -32001',
    'McpError -32001',
    'AbortError 20',
    'Error Not connected',
  ]);
  const unknown = (tool: string) => [`office/${tool}`, 0, 'estimated'];
  expect(commits).toEqual([
    unknown('explode'),
    unknown('no-such-tool'),
    unknown('never'),
    unknown('never'),
    FREE('echo'),
  ]);
});

describe('without the preload', () => {
  const head = "const { guardMcpClient } = await import('spendfuse'); guardMcpClient(client);";

  test.each(['cjs', 'mjs'] as const)('guardMcpClient guards a client in %s', async (modules) => {
    const { commits } = await play({ modules, head, flags: [], source: "await call('echo');" });
    expect(commits).toEqual([FREE('echo')]);
  });

  test('nothing is guarded otherwise', async () => {
    const { lines, commits } = await play({ flags: [], source: "await call('echo');" });
    expect(lines).toEqual(['hello']);
    expect(commits).toEqual([]);
  });

  test('a client that is guarded already is not guarded twice', async () => {
    const twice = `${head} guardMcpClient(client);`;
    const { commits } = await play({ head: twice, source: "await call('echo');" });
    expect(commits).toEqual([FREE('echo')]);
  });
});

test('without an endpoint calls pass as they are', async () => {
  const head = "const { guardMcpClient } = await import('spendfuse'); guardMcpClient(client);";
  const env = { SPENDFUSE_ENDPOINT: undefined };
  const { lines, commits } = await play({ head, env, source: "await call('echo');" });
  expect(lines).toEqual(['hello']);
  expect(commits).toEqual([]);
});

test('the span of a call names the tool and its server', async () => {
  await play({ source: "await call('echo');" });
  const spans = otlp.spans().filter(({ name }) => name === 'execute_tool echo');
  expect(spans.at(-1)).toMatchObject({
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.provider.name': 'mcp',
      'gen_ai.tool.name': 'echo',
      'spendfuse.decision': 'granted',
      'spendfuse.cost.nano_usd': 0,
    },
  });
});
