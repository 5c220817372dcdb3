// `npm run bench`: our numbers beside a yardstick of the same run. Ratios first, then absolutes.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runPart, startServer } from './children.ts';
import { type LoadResult, median } from './load.ts';
import { type PairsRow, printReport, type SdkRow } from './report.ts';

const HELP = `Usage: npm run bench [-- --quick] [--rounds N]

  --quick     one short round, to see that everything runs
  --rounds N  rounds of each measurement, taken in turns; the median counts (default 3)`;

const SHAPES = [
  { concurrency: 1, clients: 1 },
  { concurrency: 16, clients: 1 },
  { concurrency: 64, clients: 1 },
  { concurrency: 256, clients: 1 },
  { concurrency: 64, clients: 16 },
];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds);
const durationMs = values.quick ? 500 : 2000;
const preload = fileURLToPath(
  new URL('../../packages/spendfuse/dist/register.cjs', import.meta.url),
);

if (values.help || !Number.isInteger(rounds) || rounds < 1) console.log(HELP);
else await bench();

async function bench(): Promise<void> {
  const yardstick = await pairsTable('yardstick');
  const report = {
    yardstick,
    disk: await pairsTable('disk'),
    memory: await pairsTable('memory'),
    engine: await medianOf(() => runPart<LoadResult>({ file: 'engine.ts' })),
    ...(await sdkRows()),
    ...(await startUp()),
  };
  printReport(report);
}

async function pairsTable(kind: 'yardstick' | 'disk' | 'memory'): Promise<readonly PairsRow[]> {
  const rows: PairsRow[] = [];
  const file = kind === 'yardstick' ? 'yardstick' : 'pairs';
  for (const { concurrency, clients } of SHAPES) {
    if (kind === 'yardstick' && clients > 1) continue;
    progress(`${kind}, ${concurrency} at a time${clients > 1 ? `, ${clients} clients` : ''}`);
    const result = await medianOf(async () => {
      const serverArgs = kind === 'yardstick' ? ['serve'] : [kind];
      const serverFile = kind === 'yardstick' ? 'yardstick.ts' : 'pairs-server.ts';
      const server = await startServer({ file: serverFile, args: serverArgs });
      try {
        const args =
          kind === 'yardstick'
            ? ['drive', server.address, concurrency, durationMs]
            : [server.address, concurrency, clients, durationMs];
        const client = file === 'yardstick' ? 'yardstick.ts' : 'pairs-client.ts';
        return await runPart<LoadResult>({ file: client, args });
      } finally {
        await server.stop();
      }
    });
    rows.push({ concurrency, clients, ...result });
  }
  return rows;
}

/** The same calls of the same app against the same provider, bare and guarded in turns. */
async function sdkRows(): Promise<{ unary: SdkRow; stream: SdkRow }> {
  const provider = await startServer({ file: 'provider-server.ts' });
  const sidecar = await startServer({ file: 'pairs-server.ts', args: ['disk'] });
  const bareEnv = { OPENAI_API_KEY: 'sk-bench', OPENAI_BASE_URL: `${provider.address}/v1` };
  const guardedEnv = {
    ...bareEnv,
    SPENDFUSE_ENDPOINT: sidecar.address,
    SPENDFUSE_HOSTS: `${provider.address}=openai`,
  };
  const measure = async (style: 'unary' | 'stream'): Promise<SdkRow> => {
    const calls = values.quick ? 50 : 400;
    const part = { file: 'sdk-client.ts', args: [calls, style] };
    const bare: number[] = [];
    const guarded: number[] = [];
    for (let round = 0; round < rounds; round++) {
      progress(`${style} calls of the SDK, round ${round + 1}`);
      bare.push((await runPart<LoadResult>({ ...part, env: bareEnv })).p50Ms);
      const nodeArgs = ['--require', preload];
      guarded.push((await runPart<LoadResult>({ ...part, env: guardedEnv, nodeArgs })).p50Ms);
    }
    return { bareP50Ms: median(bare), guardedP50Ms: median(guarded) };
  };
  try {
    return { unary: await measure('unary'), stream: await measure('stream') };
  } finally {
    await Promise.all([provider.stop(), sidecar.stop()]);
  }
}

/** Whole-process time of a program that does nothing, without and with the preload. */
async function startUp(): Promise<{ bareStartMs: number; preloadStartMs: number }> {
  progress('start-up');
  const timed = async (nodeArgs: readonly string[]): Promise<number> => {
    const startedMs = performance.now();
    await runPart({ file: 'idle.ts', nodeArgs, env: { SPENDFUSE_ENDPOINT: '127.0.0.1:4750' } });
    return performance.now() - startedMs;
  };
  const bare: number[] = [];
  const preloaded: number[] = [];
  for (let i = 0; i < rounds * 4; i++) {
    bare.push(await timed([]));
    preloaded.push(await timed(['--require', preload]));
  }
  return { bareStartMs: median(bare), preloadStartMs: median(preloaded) };
}

/** Each figure's median over the rounds. */
async function medianOf(run: () => Promise<LoadResult>): Promise<LoadResult> {
  const results: LoadResult[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run());
  const of = (key: keyof LoadResult): number => median(results.map((result) => result[key] ?? 0));
  return { perSecond: of('perSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), maxMs: of('maxMs') };
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${what} …`);
  else process.stderr.write(`${what}\n`);
}
