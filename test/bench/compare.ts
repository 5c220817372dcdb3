// The same app, bare, under the preload, and with the instrumentations of others, in turns.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startServer } from './children.ts';
import type { Block, Held, Order, Started, Teller } from './compare-app.ts';
import { compareLines } from './compare-report.ts';
import { median } from './load.ts';
import type { Section, SectionOptions } from './sections.ts';

interface Arm {
  readonly name: string;
  readonly teller: Teller;
  /** Under the preload, with a sidecar of this store. */
  readonly store?: 'disk' | 'memory';
  /** Whether the preload is told where to send telemetry. */
  readonly isTold?: boolean;
}

const ARMS = [
  { name: 'bare', teller: 'nobody' },
  { name: 'spendfuse, without telemetry', teller: 'nobody', store: 'disk' },
  { name: 'the same, sidecar in memory', teller: 'nobody', store: 'memory' },
  { name: 'spendfuse, its own telemetry', teller: 'nobody', store: 'disk', isTold: true },
  { name: 'OpenTelemetry SDK alone', teller: 'sdk' },
  { name: 'SDK + spendfuse', teller: 'sdk', store: 'disk' },
  { name: 'SDK + traceloop', teller: 'traceloop' },
  { name: 'SDK + opentelemetry', teller: 'opentelemetry' },
] as const satisfies readonly Arm[];

/** Medians of one arm. */
export interface Compared {
  readonly name: string;
  readonly unary: Block;
  /** Of one chunk: what 400 more of them take. */
  readonly chunk: Block;
  readonly streamBytes: number;
  readonly readyMs: number;
  readonly readyCpuMs: number;
  readonly firstCallMs: number;
}

const ROUNDS = { quick: 1, usual: 12, full: 40 };
const STARTS = { quick: 1, usual: 5, full: 15 };
const HELD = { quick: 20, usual: 200, full: 500 };
/** Calls of each kind before any is counted: the compiler takes a thousand to get round to all. */
const WARM_UP = { quick: 10, usual: 700, full: 2000 };
const CALLS = 25;
const SHORT = 20;
const LONG = 420;
const app = fileURLToPath(new URL('compare-app.ts', import.meta.url));
const preload = fileURLToPath(
  new URL('../../packages/spendfuse/dist/register.cjs', import.meta.url),
);

export async function sdkSection({ size, progress }: SectionOptions): Promise<Section> {
  const [provider, disk, memory, otlp] = await Promise.all([
    startServer({ file: 'provider-server.ts' }),
    startServer({ file: 'pairs-server.ts', args: ['disk'] }),
    startServer({ file: 'pairs-server.ts', args: ['memory'] }),
    startServer({ file: 'compare-otlp.ts' }),
  ]);
  const servers = { provider, otlp, disk, memory };
  const run = (arm: Arm): Promise<App> => startApp(arm, envOf(arm, servers));
  try {
    progress('SDK calls, start-up');
    const starts = await startUps(run, STARTS[size]);
    const apps = await Promise.all(ARMS.map(run));
    progress('SDK calls, warming up');
    for (const running of apps) {
      await running.order<Block>({ kind: 'unary', calls: WARM_UP[size], tokens: SHORT });
      await running.order<Block>({ kind: 'stream', calls: WARM_UP[size], tokens: SHORT });
    }
    const blocks = await blocksOf(apps, { rounds: ROUNDS[size], progress });
    progress('SDK calls, open streams');
    const order = { kind: 'hold', streams: HELD[size] } as const;
    const compared: Compared[] = [];
    for (const [position, { name }] of ARMS.entries()) {
      const { bytesPerStream: streamBytes } = await apps[position]!.order<Held>(order);
      compared.push({ name, ...blocks[position]!, ...starts[position]!, streamBytes });
    }
    await Promise.all(apps.map((running) => running.stop()));
    return {
      title: 'SDK calls (openai 6; the others tell of calls, spendfuse also enforces budgets)',
      lines: compareLines(compared),
    };
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

type Address = { readonly address: string };

function envOf(
  { teller, store, isTold = false }: Arm,
  servers: Readonly<Record<'provider' | 'otlp' | 'disk' | 'memory', Address>>,
): Readonly<Record<string, string>> {
  const { provider, otlp } = servers;
  return {
    PATH: process.env['PATH'] ?? '',
    OPENAI_API_KEY: 'sk-bench',
    OPENAI_BASE_URL: `${provider.address}/v1`,
    ...(store ? { SPENDFUSE_ENDPOINT: servers[store].address } : {}),
    ...(isTold || teller !== 'nobody' ? { OTEL_EXPORTER_OTLP_ENDPOINT: otlp.address } : {}),
    ...(teller === 'nobody'
      ? {}
      : {
          OTEL_TRACES_EXPORTER: 'otlp',
          OTEL_METRICS_EXPORTER: 'otlp',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        }),
  };
}

interface App {
  readonly started: Started;
  order<Answer>(order: Order): Promise<Answer>;
  stop(): Promise<void>;
}

async function startApp(arm: Arm, env: Readonly<Record<string, string>>): Promise<App> {
  const execArgv = ['--expose-gc', ...(arm.store ? ['--require', preload] : [])];
  const child = fork(app, [arm.teller], { execArgv, env });
  const started = await messageOf<Started>(child);
  return {
    started,
    async order(order) {
      child.send(order);
      return messageOf(child);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, 'message')) as [Message];
  return message;
}

type Starts = Pick<Compared, 'readyMs' | 'readyCpuMs' | 'firstCallMs'>;

async function startUps(
  run: (arm: Arm) => Promise<App>,
  times: number,
): Promise<readonly Starts[]> {
  const all = ARMS.map(() => [] as Starts[]);
  for (let time = 0; time < times; time++) {
    for (const [position, arm] of ARMS.entries()) {
      const started = await run(arm);
      const { readyMs, cpuMs: readyCpuMs } = started.started;
      const order = { kind: 'unary', calls: 1, tokens: SHORT } as const;
      const { p50Us } = await started.order<Block>(order);
      await started.stop();
      all[position]?.push({ readyMs, readyCpuMs, firstCallMs: p50Us / 1000 });
    }
  }
  return all.map((starts) => ({
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
    readyCpuMs: median(starts.map(({ readyCpuMs }) => readyCpuMs)),
    firstCallMs: median(starts.map(({ firstCallMs }) => firstCallMs)),
  }));
}

/** A block of one app, then of the next, so that all meet the same machine. */
async function blocksOf(
  apps: readonly App[],
  { rounds, progress }: { readonly rounds: number; readonly progress: (what: string) => void },
): Promise<readonly Pick<Compared, 'unary' | 'chunk'>[]> {
  const orders = [
    { kind: 'unary', calls: CALLS, tokens: SHORT },
    { kind: 'stream', calls: CALLS, tokens: SHORT },
    { kind: 'stream', calls: Math.ceil(CALLS / 5), tokens: LONG },
  ] as const;
  const taken = apps.map(() => orders.map(() => [] as Block[]));
  for (let round = 0; round < rounds; round++) {
    progress(`SDK calls, round ${round + 1} of ${rounds}`);
    for (const [what, order] of orders.entries()) {
      for (const [position, running] of apps.entries()) {
        const block = await running.order<Block>(order);
        taken[position]?.[what]?.push(block);
      }
    }
  }
  return taken.map((blocks) => {
    const [unary, short, long] = blocks.map(medianBlock);
    if (!unary || !short || !long) throw new Error('an order without blocks');
    return { unary, chunk: perChunk(short, long) };
  });
}

function medianBlock(blocks: readonly Block[]): Block {
  return {
    p50Us: median(blocks.map(({ p50Us }) => p50Us)),
    cpuUs: median(blocks.map(({ cpuUs }) => cpuUs)),
  };
}

function perChunk(short: Block, long: Block): Block {
  const chunks = LONG - SHORT;
  return {
    p50Us: (long.p50Us - short.p50Us) / chunks,
    cpuUs: (long.cpuUs - short.cpuUs) / chunks,
  };
}
