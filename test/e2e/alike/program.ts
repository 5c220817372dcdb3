// A program that calls `fetch` in each way of the cases, and tells what it and the provider have seen.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { type Case, casesOf, type Seen } from './cases.ts';
import { type Provider, startProvider } from './provider.ts';

const { ALIKE_SEED, ALIKE_COUNT, ALIKE_PORT } = process.env;
const context = new AsyncLocalStorage<number>();
const never = new AbortController().signal;

class OwnRequest extends Request {}

type Body = Exclude<RequestInit['body'], null | undefined>;

process.on('unhandledRejection', (error) => console.log(`unhandled: ${String(error)}`));
process.on('warning', ({ name, message }) => console.log(`warning: ${name}: ${message}`));

async function call({ url }: Provider, it: Case, number: number): Promise<unknown> {
  const response = await fetch(...argumentsOf(url, it));
  const isKept = context.getStore() === number;
  if (it.collects) await collect();
  const { status, statusText, ok, type, redirected, headers, constructor } = response;
  const named = [...headers].filter(([name]) => !/^(?:date|content-length)$/u.test(name));
  const from = response.url;
  const told = { status, statusText, ok, type, redirected, from, class: constructor.name, named };
  const hasBody = response.body !== null;
  const read = await readings[it.reading](response).catch(described);
  return { ...told, hasBody, read, isKept: isKept && context.getStore() === number };
}

/** The class, what it says and what it has as a cause, without what differs from run to run. */
function described(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, cause, constructor } = error;
  const { code } = error as NodeJS.ErrnoException;
  const parts = { class: constructor.name, name, message, code };
  return cause === undefined ? parts : { ...parts, cause: described(cause) };
}

async function collect(): Promise<void> {
  await turn();
  globalThis.gc?.();
}

function argumentsOf(url: string, it: Case): Parameters<typeof fetch> {
  const init = initOf(it);
  switch (it.input) {
    case 'text':
      return [url, init];
    case 'url':
      return [new URL(url), init];
    case 'request':
      return [new Request(url, init)];
    case 'own request':
      return [new OwnRequest(url, init)];
    case 'request and init':
      return [new Request(url, { method: 'POST', headers: { 'x-gone': 'yes' }, body: '{}' }), init];
  }
}

function initOf(it: Case): RequestInit & { duplex?: 'half' } {
  const named = {
    Authorization: 'Bearer key',
    'X-Answer': it.answer,
    ...(it.typed ? { 'Content-Type': 'application/json' } : {}),
  };
  const headers = {
    object: named,
    pairs: Object.entries(named) as [string, string][],
    headers: new Headers(named),
  }[it.headers];
  const signals = {
    none: {},
    null: { signal: null },
    live: { signal: never },
    timeout: { signal: AbortSignal.timeout(600_000) },
    any: { signal: AbortSignal.any([never, AbortSignal.timeout(600_000)]) },
  };
  return { method: 'POST', headers, body: bodyOf(it), duplex: 'half', ...signals[it.signal] };
}

function bodyOf({ body, streamed }: Case): Body {
  const messages = [{ role: 'user', content: 'Wie ist es über den Wolken?' }];
  const stream = streamed ? { stream: true } : {};
  const text = JSON.stringify({ model: 'gpt-4o-mini', messages, ...stream });
  const bytes = new TextEncoder().encode(text);
  switch (body) {
    case 'text':
      return text;
    case 'bytes':
      return bytes;
    case 'part':
      return Buffer.from(`xx${text}yy`).subarray(2, -2);
    case 'buffer':
      return bytes.buffer;
    case 'blob':
      return new Blob([text], { type: 'application/json' });
    case 'stream':
      return new Blob([text]).stream();
    case 'iterable':
      // Node takes it, though the standard does not have it.
      return (async function* () {
        yield bytes.subarray(0, 9);
        yield bytes.subarray(9);
      })() as unknown as Body;
  }
}

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Whether as much was read as a header has promised. */
function isAsLong({ headers }: Response, length: number): boolean {
  return Number(headers.get('content-length') ?? length) === length;
}

const readings: Readonly<Record<Case['reading'], (response: Response) => Promise<unknown>>> = {
  text: async (response) => {
    const text = await response.text();
    return { text, isAsLong: isAsLong(response, Buffer.byteLength(text)) };
  },
  json: (response) => response.json(),
  bytes: async (response) => {
    const bytes = await response.bytes();
    return { text: utf8(bytes), isAsLong: isAsLong(response, bytes.length) };
  },
  blob: async (response) => {
    const { type, size } = await response.blob();
    return { type, size, isAsLong: isAsLong(response, size) };
  },
  reader: async (response) => {
    const chunks: Uint8Array[] = [];
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || !value) break;
      chunks.push(value);
    }
    return { text: utf8(Buffer.concat(chunks)), bodyUsed: response.bodyUsed };
  },
  'own buffers': async (response) => {
    const chunks: Uint8Array[] = [];
    const reader = response.body?.getReader({ mode: 'byob' });
    for (;;) {
      const { done, value } = (await reader?.read(new Uint8Array(50))) ?? { done: true };
      if (done || !value) break;
      chunks.push(value);
    }
    return utf8(Buffer.concat(chunks));
  },
  tee: async ({ body }) => {
    const both = body?.tee() ?? [];
    return Promise.all(both.map((one) => new Response(one).text()));
  },
  clone: async (response) => Promise.all([response.clone().text(), response.text()]),
  pipe: async ({ body }) => {
    let text = '';
    const write = (part: string): void => {
      text += part;
    };
    await body?.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({ write }));
    return text;
  },
  left: async (response) => {
    let hasChunk = false;
    for await (const _ of response.body ?? []) {
      hasChunk = true;
      break;
    }
    return { hasChunk, bodyUsed: response.bodyUsed };
  },
  cancelled: async (response) => {
    await response.body?.cancel(new Error('enough'));
    return { bodyUsed: response.bodyUsed };
  },
  twice: async (response) => {
    await response.text();
    return response.text();
  },
  never: async () => 'never',
};

const provider = await startProvider(Number(ALIKE_PORT));
const cases = casesOf({ seed: Number(ALIKE_SEED), count: Number(ALIKE_COUNT) });
for (const [number, it] of cases.entries()) {
  provider.seen = undefined;
  const program = await context.run(number, () => call(provider, it, number)).catch(described);
  const seen: Seen = { program, provider: provider.seen };
  console.log(JSON.stringify(seen));
}
provider.close();
