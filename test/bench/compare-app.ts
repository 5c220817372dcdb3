// An app on openai 6, the newest that the other instrumentations know, that makes calls as it is told.
import { createRequire } from 'node:module';
import type { OpenAI } from 'openai-6';
import { usedBytes } from './heap.ts';
import { median } from './load.ts';

/** Who tells of the app's calls; all but `nobody` through an OpenTelemetry SDK of the app's own. */
export type Teller = 'nobody' | 'sdk' | 'traceloop' | 'opentelemetry';

type TypeOfSdk = typeof import('@opentelemetry/sdk-node');
type TypeOfOpenTelemetry = typeof import('@opentelemetry/instrumentation-openai');
type TypeOfTraceloop = typeof import('@traceloop/instrumentation-openai');
type Instrumentation = InstanceType<
  TypeOfOpenTelemetry['OpenAIInstrumentation'] | TypeOfTraceloop['OpenAIInstrumentation']
>;

export type Order =
  | { readonly kind: 'unary' | 'stream'; readonly calls: number; readonly tokens: number }
  | { readonly kind: 'hold'; readonly streams: number };

export interface Started {
  /** From the start of the process until the app could make calls. */
  readonly readyMs: number;
  readonly cpuMs: number;
}

/** Of one call, in the median, and the CPU time of the process for each. */
export interface Block {
  readonly p50Us: number;
  readonly cpuUs: number;
}

export interface Held {
  readonly bytesPerStream: number;
}

// These packages patch what is required.
const require = createRequire(import.meta.url);
start(process.argv[2] as Teller);
const openai = new (require('openai-6') as { readonly OpenAI: typeof OpenAI }).OpenAI();
const messages = [{ role: 'user', content: 'Say something short about fuses, please.' }] as const;
const model = 'gpt-4o-mini';

process.on('message', (order: Order) => void answer(order));
const { user, system } = process.cpuUsage();
tell({ readyMs: performance.now(), cpuMs: (user + system) / 1000 } satisfies Started);

function start(teller: Teller): void {
  if (teller === 'nobody') return;
  const { NodeSDK } = require('@opentelemetry/sdk-node') as TypeOfSdk;
  new NodeSDK({ instrumentations: instrumentationsOf(teller) }).start();
}

function instrumentationsOf(teller: 'sdk' | 'traceloop' | 'opentelemetry'): Instrumentation[] {
  if (teller === 'sdk') return [];
  if (teller === 'opentelemetry') {
    const theirs = require('@opentelemetry/instrumentation-openai') as TypeOfOpenTelemetry;
    return [new theirs.OpenAIInstrumentation()];
  }
  const theirs = require('@traceloop/instrumentation-openai') as TypeOfTraceloop;
  // As the others, no content.
  return [new theirs.OpenAIInstrumentation({ traceContent: false })];
}

async function answer(order: Order): Promise<void> {
  tell(order.kind === 'hold' ? await hold(order.streams) : await block(order));
}

function tell(message: object): void {
  process.send?.(message);
}

async function block(order: Exclude<Order, { kind: 'hold' }>): Promise<Block> {
  const latenciesUs: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < order.calls; i++) {
    const sentMs = performance.now();
    await (order.kind === 'unary' ? ask(order.tokens) : stream(order.tokens));
    latenciesUs.push((performance.now() - sentMs) * 1000);
  }
  const cpu = process.cpuUsage(before);
  return { p50Us: median(latenciesUs), cpuUs: (cpu.user + cpu.system) / order.calls };
}

async function ask(tokens: number): Promise<void> {
  await openai.chat.completions.create({ model, max_tokens: tokens, messages: [...messages] });
}

async function stream(tokens: number): Promise<void> {
  for await (const _chunk of await open(tokens));
}

interface Opening {
  readonly signal?: AbortSignal;
  readonly headers?: Record<string, string>;
}

function open(tokens: number, options: Opening = {}): Promise<AsyncIterable<unknown>> {
  return openai.chat.completions.create(
    { model, max_tokens: tokens, messages: [...messages], stream: true },
    options,
  );
}

/** All at once: each has given a chunk, and waits for more. */
async function hold(streams: number): Promise<Held> {
  const controller = new AbortController();
  const held: unknown[] = [];
  const before = await usedBytes();
  for (let i = 0; i < streams; i++) {
    const opened = await open(20, { signal: controller.signal, headers: { 'x-hold': '5' } });
    const iterator = opened[Symbol.asyncIterator]();
    await iterator.next();
    held.push(iterator);
  }
  const bytes = (await usedBytes()) - before;
  controller.abort();
  return { bytesPerStream: bytes / held.length };
}
