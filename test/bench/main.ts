// `npm run bench`: our numbers beside a yardstick of the same run. Ratios first, then absolutes.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runPart, startServer } from './children.ts';
import { type DrivenResult, type LoadResult, median } from './load.ts';
import {
  type Measured,
  nameOf,
  type PairsRow,
  printReport,
  type SdkRow,
  type Shape,
} from './report.ts';
import { measureSections, printSections, type SectionName, sectionNames } from './sections.ts';

const HELP = `Usage: npm run bench [-- --quick | --full] [--rounds N] [--only SECTION]

  --quick     one short round, to see that everything runs
  --full      as many scopes and entries as the promises speak of: about half an hour
  --rounds N  rounds of each measurement, taken in turns; the median counts (default 3)
  --only S    one section, and no calls: ${sectionNames.join(', ')}`;

const SHAPES: readonly Shape[] = [
  { concurrency: 1, clients: 1, mix: 'recurring' },
  { concurrency: 16, clients: 1, mix: 'recurring' },
  { concurrency: 64, clients: 1, mix: 'recurring' },
  { concurrency: 256, clients: 1, mix: 'recurring' },
  { concurrency: 64, clients: 16, mix: 'recurring' },
  { concurrency: 64, clients: 1, mix: 'fresh' },
];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? 1 : Number(values.rounds);
const durationMs = values.quick ? 500 : 2000;
const preload = fileURLToPath(
  new URL('../../packages/spendfuse/dist/register.cjs', import.meta.url),
);

const only = sectionNames.find((name) => name === values.only);
const isWrong = !Number.isInteger(rounds) || rounds < 1 || values.only !== only;

if (values.help || isWrong) console.log(HELP);
else if (only) await sections([only]);
else {
  await bench();
  await sections(sectionNames);
}

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

async function sections(names: readonly SectionName[]): Promise<void> {
  const size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
  printSections(await measureSections(names, { size, progress }));
}

async function pairsTable(kind: 'yardstick' | 'disk' | 'memory'): Promise<readonly PairsRow[]> {
  const rows: PairsRow[] = [];
  for (const shape of SHAPES) {
    const { concurrency, clients, mix } = shape;
    if (kind === 'yardstick' && (clients > 1 || mix === 'fresh')) continue;
    progress(`${kind}, ${nameOf(shape)} at a time`);
    const result = await medianOf(() => pairsOnce(kind, shape));
    rows.push({ concurrency, clients, mix, ...result });
  }
  return rows;
}

async function pairsOnce(
  kind: 'yardstick' | 'disk' | 'memory',
  { concurrency, clients, mix }: Shape,
): Promise<Measured> {
  const isEcho = kind === 'yardstick';
  const server = isEcho
    ? await startServer({ file: 'yardstick.ts', args: ['serve'] })
    : await startServer({ file: 'pairs-server.ts', args: [kind] });
  const { address } = server;
  const onCounting = (): void => server.count();
  try {
    const { cost, reserveP50Ms, ...result } = await runPart<
      DrivenResult & { readonly reserveP50Ms?: number }
    >(
      isEcho
        ? { file: 'yardstick.ts', args: ['drive', address, concurrency, durationMs], onCounting }
        : {
            file: 'pairs-client.ts',
            args: [address, concurrency, clients, durationMs, mix],
            onCounting,
          },
    );
    const served = await server.cost();
    const calls = (result.perSecond * durationMs) / 1000;
    return {
      ...result,
      reserveP50Ms: reserveP50Ms ?? result.p50Ms,
      clientUs: (cost.cpuMs * 1000) / calls,
      serverMainUs: (served.mainThreadMs * 1000) / calls,
      serverRestUs: ((served.cpuMs - served.mainThreadMs) * 1000) / calls,
      loopP99Ms: served.loopP99Ms,
      loopMaxMs: served.loopMaxMs,
    };
  } finally {
    await server.stop();
  }
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
async function medianOf<T extends object>(run: () => Promise<T>): Promise<T> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run());
  const of = (key: string): number =>
    median(results.map((result) => (result as Readonly<Record<string, number>>)[key] ?? 0));
  const keys = Object.keys(results[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as T;
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${what} …`);
  else process.stderr.write(`${what}\n`);
}
