// The demo: a program that knows nothing of budgets is stopped by one, and every nano-dollar is accounted for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { freePort, startFakeOtlp, until } from '@spendfuse/testkit';
import { follow } from './ledger-view.ts';
import { startProvider } from './provider.ts';
import { reconcile } from './reconcile.ts';

const LIMIT = '$0.40/day';
const here = fileURLToPath(new URL('.', import.meta.url));
const cli = join(here, '../bin/spendfuse.cjs');
const preload = join(here, '../dist/register.cjs');

const { values } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (values.help) {
  console.log('Usage: npm run demo [-- --keep]\n\n  --keep  leave it running for a look around');
} else {
  process.exitCode = await demo().catch((error: Error) => {
    console.error(`the demo could not run: ${error.message}`);
    return 1;
  });
}

/** Returns the exit code: 0 only if the reconciliation holds. */
async function demo(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const folder = await mkdtemp(join(tmpdir(), 'spendfuse demo '));
  const [provider, otlp] = await Promise.all([startProvider(), startFakeOtlp()]);
  let sidecar: Sidecar | undefined;
  try {
    sidecar = await startSidecar(folder);
    title(`An agent without a limit of its own, under a budget of ${LIMIT}`);
    console.log(`sidecar   gRPC ${sidecar.grpc}, http://${sidecar.http}`);
    console.log(`ledger    ${folder}`);
    console.log(`provider  ${provider.origin} (a stand-in for api.openai.com)\n`);
    const view = follow(`http://${sidecar.admin}`);
    const env = {
      SPENDFUSE_ENDPOINT: sidecar.grpc,
      SPENDFUSE_LABELS: 'team=research,user=demo',
      SPENDFUSE_HOSTS: `${provider.origin}=openai`,
      OPENAI_BASE_URL: provider.baseUrl,
      OPENAI_API_KEY: 'sk-demo',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      OTEL_SERVICE_NAME: 'research-agent',
    };
    const agent = await runAgent({ env, signal: stop.signal });
    const entries = await view.finish();
    if (stop.signal.aborted) return 130;
    title('What the agent saw');
    console.log(indent(agent.stderr));
    title('Reconciliation');
    const holds = await reconcile({ entries, provider, otlp, limit: LIMIT });
    if (values.keep) await keepRunning(sidecar, stop.signal);
    return holds ? 0 : 1;
  } finally {
    await sidecar?.stop();
    await Promise.all([provider.close(), otlp.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Sidecar {
  readonly grpc: string;
  readonly http: string;
  readonly admin: string;
  stop(): Promise<void>;
}

async function startSidecar(folder: string): Promise<Sidecar> {
  const config = join(folder, 'budgets.yaml');
  await writeFile(config, `budgets:\n  - id: research-daily\n    limits: [${LIMIT}]\n`);
  const grpc = `127.0.0.1:${await freePort()}`;
  const http = `127.0.0.1:${await freePort()}`;
  const admin = `127.0.0.1:${await freePort()}`;
  const listen = ['--grpc', grpc, '--http', http, '--admin', admin];
  const args = ['--config', config, '--data', join(folder, 'data'), ...listen];
  // In a group of its own: Ctrl-C reaches the demo, which takes everything down in order.
  const child = spawn(process.execPath, [cli, 'up', ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'exit');
  const ready = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`the sidecar did not start:\n${errors}`);
    return fetch(`http://${http}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
  };
  try {
    await until(ready, { timeoutMs: 15_000, what: 'the sidecar to be ready' });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    grpc,
    http,
    admin,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

interface AgentOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

async function runAgent({ env, signal }: AgentOptions): Promise<{ readonly stderr: string }> {
  const script = join(here, 'agent/agent.mjs');
  const child = spawn(process.execPath, ['--require', preload, script], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const kill = (): void => void child.kill();
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  await once(child, 'close');
  return { stderr };
}

async function keepRunning(sidecar: Sidecar, signal: AbortSignal): Promise<void> {
  console.log('\nStill running, Ctrl-C to end. Look around:');
  console.log(`  npm run spendfuse -- balances --endpoint ${sidecar.grpc}`);
  console.log(`  curl http://${sidecar.admin}/api/entries`);
  console.log(`  curl http://${sidecar.http}/metrics`);
  if (!signal.aborted) await once(signal, 'abort');
}

function title(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

/** Broken between words, for terminals of 80 columns. */
function indent(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/(?<=^|\s)(\S.{0,75})(?:\s|$)/gm, '  $1\n')
    .trimEnd();
}
