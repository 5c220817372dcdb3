// An app on the official SDK, run under the preload in a process of its own.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FakeOpenAI, type RunResult, runNode } from '@spendfuse/testkit';
import { preload, type TestSidecar } from './sidecar.ts';

/** Inside this package, so that the app finds the SDK as any app would. */
const scratch = fileURLToPath(new URL('../node_modules/.cache/apps/', import.meta.url));

export interface AppOptions {
  readonly provider: FakeOpenAI;
  /** Undefined: an app that is pointed at nothing. */
  readonly sidecar?: Pick<TestSidecar, 'endpoint'> | undefined;
  /** Body of an ES module in which `openai` is a client without retries of its own. */
  readonly source: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `--require` or `--import`; default `--require`. */
  readonly flag?: '--require' | '--import';
  readonly nodeArgs?: readonly string[];
  readonly timeoutMs?: number;
}

export async function runApp(options: AppOptions): Promise<RunResult> {
  const { provider, sidecar, source, env = {}, flag = '--require', nodeArgs = [] } = options;
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, 'app-'));
  try {
    const file = join(folder, 'app.mjs');
    const head = "import OpenAI from 'openai';\nconst openai = new OpenAI();\n";
    await writeFile(file, head + source);
    return await runNode({
      args: [flag, preload, ...nodeArgs, file],
      timeoutMs: options.timeoutMs ?? 30_000,
      env: {
        OPENAI_API_KEY: 'sk-test-key',
        OPENAI_BASE_URL: provider.baseUrl,
        SPENDFUSE_HOSTS: `${provider.origin}=openai`,
        SPENDFUSE_ENDPOINT: sidecar?.endpoint,
        ...env,
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
