// A process of its own, with --expose-gc: many guarded streams, some broken off, and what is left of them.
import { startFakeProvider } from '@spendfuse/testkit';
import { chat } from './outcomes-bodies.ts';
import { createRecordingTelemetry } from './outcomes-telemetry.ts';
import { delta, streamOf } from './outcomes-wire.ts';
import { guardOrigin } from './recording-guard.ts';

const AT_ONCE = 50;
const words = Array.from({ length: 20 }, (_, i) => `word ${i} `);
const gc = (globalThis as { readonly gc?: () => void }).gc;

/** Some end by themselves; the others stall, so that only the program can end them. */
await using provider = await startFakeProvider((response, request) => {
  // No connection is kept for the next call, so that each that is left is one too many.
  response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
  if (request.body.includes('"stall"')) response.write(words.map(delta).join(''));
  else response.end(streamOf(request, words));
});
const telemetry = createRecordingTelemetry();
const { authority, guardedFetch } = guardOrigin(provider.origin, { provider: 'openai', telemetry });

const open = (user: string, signal?: AbortSignal): Promise<Response> =>
  guardedFetch(`${provider.origin}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...chat, stream: true, user }),
    ...(signal && { signal }),
  });

/** In each of the ways in which streams end, or do not. */
const ways: readonly (() => Promise<unknown>)[] = [
  async () => (await open('whole')).text(),
  async () => (await open('whole')).text(),
  async () => (await open('whole')).arrayBuffer(),
  async () => {
    for await (const _ of (await open('stall')).body ?? []) break;
  },
  async () => {
    const controller = new AbortController();
    const { body } = await open('stall', controller.signal);
    await body?.getReader().read();
    controller.abort();
  },
  async () => (await open('stall')).status,
  async () => (await open('whole')).text(),
  async () => (await open('whole')).text(),
  async () => (await open('whole')).bytes(),
];

function wayAt(index: number): () => Promise<unknown> {
  return ways[index % ways.length] as () => Promise<unknown>;
}

async function run(streams: number): Promise<void> {
  for (let i = 0; i < streams; i += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => wayAt(i + j)()));
  }
  await settled();
}

async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { reserves, commits, releases } = authority;
    if (reserves.length === commits.length + releases.length) return;
  }
}

/**
 * Connections that `fetch` opens again where one was broken off, guarded or not: they end with the call
 * that takes them.
 */
async function useUpConnections(): Promise<void> {
  for (let i = 0; i < 100 && (await provider.connections()) > 0; i++) {
    await Promise.all(Array.from({ length: AT_ONCE }, wayAt(0)));
  }
  await settled();
}

/** What is held when nothing is under way. */
async function measure() {
  await useUpConnections();
  const { reserves, commits, releases } = authority;
  const requests = provider.requests as unknown[];
  const ids = new Set([...commits, ...releases].map(({ id }) => id));
  const open_ = reserves.filter(({ id }) => !ids.has(id)).length;
  for (const list of [reserves, commits, releases, telemetry.ends, requests]) list.length = 0;
  for (let i = 0; i < 5; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const handles = process.getActiveResourcesInfo().length;
  return { open: open_, heapBytes: process.memoryUsage().heapUsed, handles };
}

// Twice before it counts: what is made once, and connections that are kept, are no leak.
await run(200);
await measure();
await run(200);
const before = await measure();
await run(Number(process.argv[2] ?? 1000));
const after = await measure();
process.stdout.write(`${JSON.stringify({ before, after, isCollecting: gc !== undefined })}\n`);
process.exit(0);
