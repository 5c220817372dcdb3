// Programs that call node-fetch 2 or 3, or undici's fetch, themselves: under the preload they get what they
// get without it, and are charged.
import {
  type FakeOpenAI,
  type FakeScript,
  startFakeOpenAI,
  startFakeProvider,
} from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AMPLE_AND_POOR } from '../support/budgets.ts';
import { runProgram } from '../support/hooked-program.ts';
import { commitCount } from '../support/ledger.ts';
import { startTestSidecar } from '../support/sidecar.ts';
import { newForEach, sharedByAll } from '../support/started.ts';

const CONFIG = `${AMPLE_AND_POOR}  - id: clamped
    match: { team: [clamped] }
    limits: [200 tokens/request]
    onShortage: [clamp: { minOutputTokens: 1 }, deny]
  - id: single
    match: { team: [single] }
    limits: [1 concurrency]
    onShortage: [wait: 20s, deny]
`;

const sidecar = sharedByAll(() => startTestSidecar({ config: CONFIG }));
/** Started again within a test, to say the same as before. */
let provider: FakeOpenAI;
/** Sends everybody on to the provider. */
const detour = newForEach(() =>
  startFakeProvider((response, { path }) => {
    response.writeHead(307, { location: `${provider.origin}${path}` }).end();
  }),
);

beforeEach(async () => {
  provider = await startFakeOpenAI({ now: () => 1_790_000_000_000 });
});
afterEach(() => provider.close());

const committed = (): Promise<number> => commitCount(sidecar);

interface Run {
  readonly of: string;
  readonly modules?: 'cjs' | 'mjs';
  readonly source: string;
  readonly team?: string;
  readonly isGuarded?: boolean;
}

/** `fetch` and the classes of the package in question are there as `nf`; `ask(more)` posts a request. */
async function run({ of, modules = 'mjs', source, team = 'search', isGuarded = true }: Run) {
  const { said, stderr } = await runProgram({
    modules,
    imports: { [of]: modules === 'cjs' ? '{ ...all }' : '* as all' },
    env: {
      SPENDFUSE_ENDPOINT: isGuarded ? sidecar.endpoint : undefined,
      SPENDFUSE_HOSTS: `${provider.origin}=openai,${detour.origin}=openai`,
      SPENDFUSE_LABELS: `team=${team}`,
    },
    source: `
      const nf = { ...all, ...all.default };
      const fetch = all.fetch ?? (typeof all.default === 'function' ? all.default : all.default.fetch);
      const url = '${provider.baseUrl}/chat/completions';
      const request = { model: 'gpt-4o-mini', max_tokens: 1000, messages: [{ role: 'user', content: 'hello' }] };
      const text = JSON.stringify(request);
      const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-test' };
      const ask = (more) => fetch(url, { method: 'POST', headers, body: text, ...more });
      const tell = async (response) => say([
        response instanceof nf.Response, response.status, response.statusText, response.url, response.redirected,
        response.headers.get('content-type'), response.headers.constructor.name, (await response.json()).usage,
      ]);
      ${source}`,
  });
  expect(stderr).toBe('');
  return said;
}

const CASES = [
  { of: 'node-fetch', modules: 'mjs' },
  { of: 'node-fetch', modules: 'cjs' },
  { of: 'node-fetch-2', modules: 'mjs' },
  { of: 'node-fetch-2', modules: 'cjs' },
  { of: 'undici', modules: 'mjs' },
  { of: 'undici', modules: 'cjs' },
] as const;

const BODIES = `
  await tell(await ask());
  await tell(await ask({ body: Buffer.from(text) }));
  const blob = new Blob([text], { type: 'application/json' });
  await tell(await ask(nf.Promise ? {} : { body: blob }));
  const { Readable } = await import('node:stream');
  await tell(await ask({ body: Readable.from([Buffer.from(text.slice(0, 20)), Buffer.from(text.slice(20))]), duplex: 'half' }));
  await tell(await fetch(new nf.Request(url, { method: 'POST', headers: new nf.Headers(headers), body: text })));
  await tell(await fetch(new URL(url), { method: 'POST', headers: Object.entries(headers), body: text }));
  say((await (await ask()).clone().json()).usage);
`;

describe.each(CASES)('$of, $modules', ({ of, modules }) => {
  test('bodies of every kind give the same answers', async () => {
    const before = await committed();
    const plain = await run({ of, modules, isGuarded: false, source: BODIES });
    expect(await committed()).toBe(before);
    expect(plain).toHaveLength(7);
    expect(await run({ of, modules, source: BODIES })).toEqual(plain);
    expect(await committed()).toBe(before + 7);
    expect(provider.calls.slice(7).map(({ body }) => body)).toEqual(
      provider.calls.slice(0, 7).map(({ body }) => body),
    );
  });

  test('refused: rejects with our error, and nothing is sent', async () => {
    const source = 'await ask().catch(caught);';
    const refusal = { name: 'BudgetExceededError', reason: 'TOO_LARGE' };
    expect(await run({ of, modules, team: 'poor', source })).toEqual([refusal]);
    expect(provider.calls).toEqual([]);
  });
});

describe.each(['node-fetch', 'node-fetch-2', 'undici'])('%s', (of) => {
  test('clamped: with the agent and all headers as they were', async () => {
    const source = `
      const { Agent } = await import('node:http');
      const agent = new Agent({ keepAlive: false });
      let used = 0;
      const connect = agent.createConnection.bind(agent);
      agent.createConnection = (...given) => (used++, connect(...given));
      const sized = { ...headers, 'content-length': String(text.length) };
      const given = '${of}' === 'undici' ? {} : { agent, headers: sized };
      await tell(await ask(given));
      await tell(await fetch(new nf.Request(url, { method: 'POST', headers, body: text, ...given })));
      say('${of}' === 'undici' ? 2 : used);
    `;
    const said = await run({ of, team: 'clamped', source });
    expect(said.at(-1)).toBe(2);
    const limits = provider.calls.map(({ body }) => (body as { max_tokens: number }).max_tokens);
    expect(limits).toHaveLength(2);
    for (const limit of limits) expect(limit).toBeLessThan(200);
    expect(provider.calls.map(({ headers }) => headers['authorization'])).toEqual(
      Array.from({ length: 2 }, () => 'Bearer sk-test'),
    );
  });

  test('a redirect is one call', async () => {
    const before = await committed();
    const source = `await tell(await fetch(url.replace('${provider.origin}', '${detour.origin}'), { method: 'POST', headers, body: text }));`;
    const [told] = await run({ of, source });
    const url = `${provider.baseUrl}/chat/completions`;
    expect((told as unknown[]).slice(0, 5)).toEqual([true, 200, 'OK', url, true]);
    expect(detour.requests).toHaveLength(1);
    expect(await committed()).toBe(before + 1);
  });

  test('a stream, compressed too: the same bytes, aborted with the same error', async () => {
    // What it says depends on how often it was asked, so each run has one of its own.
    const script: FakeScript = ({ index }) =>
      index === 0 ? { gzip: true } : { outputTokens: 400, chunkDelayMs: 10 };
    provider.script = script;
    const source = `
      const body = JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } });
      say(await (await ask({ body })).text());
      const controller = new AbortController();
      try {
        const response = await ask({ body, signal: controller.signal });
        let chunks = 0;
        for await (const _ of response.body) if (++chunks === 5) controller.abort();
      } catch (error) { say([error.name, error.type]); }
    `;
    const plain = await run({ of, isGuarded: false, source });
    expect(provider.calls.map(({ aborted }) => aborted)).toEqual([false, true]);
    await provider.close();
    provider = await startFakeOpenAI({ now: () => 1_790_000_000_000, script });
    const before = await committed();
    expect(await run({ of, source })).toEqual(plain);
    expect(plain).toHaveLength(2);
    expect(await committed()).toBe(before + 2);
    expect(provider.calls.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  test('aborted while it waits for room: the same error, and nothing is sent', async () => {
    const waiting = `
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      await ask({ signal: controller.signal }).catch((error) => say([error.constructor.name, error.name, error.type]));
    `;
    provider.script = () => ({ firstByteDelayMs: 10_000 });
    const plain = await run({ of, isGuarded: false, source: waiting });
    expect(plain).toHaveLength(1);
    await provider.close();
    provider = await startFakeOpenAI({ script: () => ({ outputTokens: 400, chunkDelayMs: 10 }) });
    const source = `
      const holding = await ask({ body: JSON.stringify({ ...request, stream: true }) });
      ${waiting}
      for await (const _ of holding.body);
    `;
    expect(await run({ of, team: 'single', source })).toEqual(plain);
    expect(provider.calls).toHaveLength(1);
  });

  test('calls to other hosts and free ones pass', async () => {
    const before = await committed();
    const source = `
      say((await fetch('${provider.baseUrl}/models', { headers })).status);
      await fetch('http://127.0.0.1:1/').catch((error) => say([error.name, error.code ?? error.cause?.code]));
      await fetch('no url').catch((error) => say([error.name, error.message]));
      await fetch(url, { method: 'POST', headers: { 'no name': '' }, body: text }).catch((error) => say(error.name));
    `;
    const plain = await run({ of, isGuarded: false, source });
    expect(await run({ of, source })).toEqual(plain);
    expect(await committed()).toBe(before);
  });
});

test.each(['openai-4', 'openai'])('%s: a file is uploaded as it is without us', async (sdk) => {
  const source = `
    const openai = new Sdk({ apiKey: 'sk-test', baseURL: '${provider.baseUrl}' });
    const file = await toFile(Buffer.alloc(20_000, 1), 'speech.mp3');
    say(await openai.audio.transcriptions.create({ model: 'gpt-4o-transcribe', file }));
  `;
  const program = {
    imports: { [sdk]: 'Sdk, { toFile }' },
    source,
  };
  const env = { SPENDFUSE_HOSTS: `${provider.origin}=openai` };
  const plain = await runProgram({ ...program, env });
  const before = await committed();
  const guarded = await runProgram({
    ...program,
    env: { ...env, SPENDFUSE_ENDPOINT: sidecar.endpoint },
  });
  expect(guarded.said).toEqual(plain.said);
  expect(guarded.said).toHaveLength(1);
  expect(await committed()).toBe(before + 1);
});

test.each(['node-fetch', 'node-fetch-2'])('%s: a signal of another make is one', async (of) => {
  const before = await committed();
  provider.script = () => ({ outputTokens: 400, chunkDelayMs: 10 });
  const source = `
    const signal = new (class AbortSignal extends EventTarget {
      aborted = false;
      get [Symbol.toStringTag]() { return 'AbortSignal'; }
    })();
    const abort = () => { signal.aborted = true; signal.dispatchEvent(new Event('abort')); };
    try {
      const response = await ask({ signal, body: JSON.stringify({ ...request, stream: true }) });
      let chunks = 0;
      for await (const _ of response.body) if (++chunks === 3) abort();
    } catch (error) { say([error.constructor.name, error.type]); }
  `;
  expect(await run({ of, source })).toEqual([['AbortError', 'aborted']]);
  expect(await committed()).toBe(before + 1);
});
