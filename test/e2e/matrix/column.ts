// One column of the matrix: a program with one SDK, under the preload or without, and what it did.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as testkit from '@spendfuse/testkit';
import type { FakeSpan, FakeTransport, RunningNode } from '@spendfuse/testkit';
import { preload } from '../../support/sidecar.ts';
import { ARRIVED, CELL, CHUNKS, DONE, outcomeOf, type Seen } from './cells.ts';
import type { Tried } from './families.ts';
import type { FakeOptions } from './family.ts';

export type Modules = 'cjs' | 'esm';

export interface ColumnOptions {
  readonly tried: Tried;
  readonly modules: Modules;
  /** Path of the executable. */
  readonly node: string;
  /** Of the sidecar, and the label `column` of all calls; without it the program is not guarded. */
  readonly guard?: { readonly endpoint: string; readonly column: string };
}

export interface Column {
  readonly seen: readonly Seen[];
  readonly stderr: string;
  /** Of its end; null if there was none to wait for. */
  readonly code: number | null;
  /** Each request that has reached the provider. */
  readonly attempts: readonly Attempt[];
  readonly spans: readonly FakeSpan[];
}

/** What the provider has on its bill. */
export interface Attempt {
  readonly cell: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined: the family has no price of the model. */
  readonly billedNanoUsd: bigint | undefined;
}

const programs: Readonly<Record<Modules, string>> = {
  cjs: fileURLToPath(new URL('program-cjs.cts', import.meta.url)),
  esm: fileURLToPath(new URL('program-esm.ts', import.meta.url)),
};
// Node 22 needs to be told that it may run TypeScript, and warns of it.
const FLAGS = [
  '--expose-gc',
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];
const TIMEOUT_MS = 120_000;

export async function runColumn({ tried, modules, node, guard }: ColumnOptions): Promise<Column> {
  const { fake, provider: spoken, prices } = tried.family;
  const started = Promise.withResolvers<RunningNode>();
  const onHeld = async (): Promise<void> => (await started.promise).write(`${ARRIVED}\n`);
  const script: FakeOptions['script'] = (request) => transportOf(request, onHeld);
  // At a time that stands still, so that all programs are told the same.
  const now = (): number => 1_790_000_000_000;
  await using provider = await fake(testkit)({ script, now });
  await using otlp = await testkit.startFakeOtlp();
  const guarded = guard && {
    SPENDFUSE_ENDPOINT: guard.endpoint,
    SPENDFUSE_LABELS: `column=${guard.column}`,
    SPENDFUSE_HOSTS: `${provider.origin}=${spoken}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    MATRIX_GUARDED: 'yes',
  };
  await using program = await testkit.startNode({
    node,
    args: [...(guard ? ['--require', preload] : []), ...FLAGS, programs[modules]],
    env: {
      MATRIX_FAMILY: tried.file,
      MATRIX_SDK: tried.sdk.module,
      MATRIX_ORIGIN: provider.origin,
      ...guarded,
    },
  });
  started.resolve(program);
  // Without us, a stream that was left may keep a program alive as long as it goes on.
  const ended = guard
    ? program.exit
    : program.waitForLine(new RegExp(`^${DONE}$`, 'u'), { timeoutMs: TIMEOUT_MS });
  const late = delay(TIMEOUT_MS, undefined, { ref: false });
  const status = await Promise.race([ended, late]);
  const lines = program.stdout().trim().split('\n');
  const stderr = program.stderr();
  if (!status) throw new Error(`It does not end. The last it said: ${lines.at(-1)}\n${stderr}`);
  return {
    seen: lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Seen),
    stderr,
    code: 'code' in status ? status.code : null,
    attempts: provider.calls.map(({ headers, model, inputTokens, outputTokens }) => {
      const usage = { inputTokens, outputTokens, cachedTokens: 0 };
      const price = prices[model];
      const billedNanoUsd = price && testkit.billNanoUsd(price, usage);
      return { cell: headers[CELL] ?? '', inputTokens, outputTokens, billedNanoUsd };
    }),
    spans: otlp.spans(),
  };
}

/** What is held is held until the program or its end breaks the connection. */
const hold = new Promise<never>(() => {});

function transportOf(
  { headers }: Parameters<FakeOptions['script']>[0],
  onHeld: () => Promise<void>,
): FakeTransport {
  const chunks = headers[CHUNKS] ? Number(headers[CHUNKS]) : undefined;
  switch (outcomeOf(headers[CELL] ?? '')) {
    case 'aborted':
      void onHeld();
      return { hold };
    case 'aborted midway':
    case 'left':
      return { hold, ...(chunks === undefined ? {} : { holdAfterChunks: chunks }) };
    case 'cut':
      return { cutAfterChunks: chunks ?? 0 };
    default:
      return {};
  }
}
