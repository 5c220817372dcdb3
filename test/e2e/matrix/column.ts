// One column of the matrix: a program with one SDK, under the preload or without, and what it did.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type FakeRequest,
  type FakeSpan,
  type FakeTransport,
  type RunningNode,
  startFakeAnthropic,
  startFakeGemini,
  startFakeOpenAI,
  startFakeOtlp,
  startNode,
} from '@spendfuse/testkit';
import { preload } from '../../support/sidecar.ts';
import { ARRIVED, CELL, CHUNKS, outcomeOf, type Seen } from './cells.ts';
import type { Family, Modules, Sdk } from './sdks.ts';

export interface ColumnOptions {
  readonly sdk: Sdk;
  readonly modules: Modules;
  /** Path of the executable. */
  readonly node: string;
  /** Of the sidecar, and the label `column` of all calls; without it the program is not guarded. */
  readonly guard?: { readonly endpoint: string; readonly column: string };
}

export interface Column {
  readonly seen: readonly Seen[];
  readonly stderr: string;
  readonly code: number | null;
  /** The cell of each request that has reached the provider. */
  readonly arrived: readonly string[];
  readonly spans: readonly FakeSpan[];
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

export async function runColumn({ sdk, modules, node, guard }: ColumnOptions): Promise<Column> {
  const started = Promise.withResolvers<RunningNode>();
  const { promise: hold, resolve: letGo } = Promise.withResolvers<void>();
  const script = (request: FakeRequest): FakeTransport =>
    transportOf(request, {
      hold,
      onHeld: async () => (await started.promise).write(`${ARRIVED}\n`),
    });
  await using provider = await startFake(sdk.family, script);
  await using otlp = await startFakeOtlp();
  const guarded = guard && {
    SPENDFUSE_ENDPOINT: guard.endpoint,
    SPENDFUSE_LABELS: `column=${guard.column}`,
    SPENDFUSE_HOSTS: `${provider.origin}=${sdk.provider}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    MATRIX_GUARDED: 'yes',
  };
  await using program = await startNode({
    node,
    args: [...(guard ? ['--require', preload] : []), ...FLAGS, programs[modules]],
    env: {
      MATRIX_SDK: sdk.module,
      MATRIX_FAMILY: sdk.family,
      MATRIX_ORIGIN: provider.origin,
      ...guarded,
    },
  });
  started.resolve(program);
  // Without us, streams that @google/genai has left keep a program alive as long as they go on.
  if (!guard) {
    const printed = program.waitForLine(/^\[/u, { timeoutMs: TIMEOUT_MS });
    void printed.finally(letGo).catch(() => {});
  }
  const late = delay(TIMEOUT_MS, undefined, { ref: false });
  const status = await Promise.race([program.exit, late]);
  const output = program.stdout();
  const stderr = program.stderr();
  if (!status) throw new Error(`${sdk.title} did not come to its end\n${output}\n${stderr}`);
  return {
    seen: output === '' ? [] : (JSON.parse(output) as readonly Seen[]),
    stderr,
    code: status.code,
    arrived: provider.calls.map(({ headers }) => headers[CELL] ?? ''),
    spans: otlp.spans(),
  };
}

/** At a time that stands still, so that all programs are told the same. */
async function startFake(
  family: Family,
  script: (request: FakeRequest) => FakeTransport,
): Promise<AsyncDisposable & { readonly origin: string; readonly calls: readonly FakeRequest[] }> {
  const options = { script, now: () => 1_790_000_000_000 };
  switch (family) {
    case 'openai':
      return startFakeOpenAI(options);
    case 'anthropic':
      return startFakeAnthropic(options);
    case 'gemini':
      return startFakeGemini(options);
  }
}

interface Hold {
  readonly hold: Promise<void>;
  readonly onHeld: () => Promise<void>;
}

function transportOf({ headers }: FakeRequest, { hold, onHeld }: Hold): FakeTransport {
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
