// An app on the official SDK, run under the preload in a process of its own.
import type { FakeOpenAI, RunResult } from '@spendfuse/testkit';
import { runText } from './program.ts';
import { preload, type TestSidecar } from './sidecar.ts';

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

export function runApp(options: AppOptions): Promise<RunResult> {
  const { provider, sidecar, source, env = {}, flag = '--require', nodeArgs = [] } = options;
  return runText({
    text: `import OpenAI from 'openai';\nconst openai = new OpenAI();\n${source}`,
    flags: [flag, preload, ...nodeArgs],
    timeoutMs: options.timeoutMs ?? 30_000,
    env: {
      OPENAI_API_KEY: 'sk-test-key',
      OPENAI_BASE_URL: provider.baseUrl,
      SPENDFUSE_HOSTS: `${provider.origin}=openai`,
      SPENDFUSE_ENDPOINT: sidecar?.endpoint,
      ...env,
    },
  });
}
