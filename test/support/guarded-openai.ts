// Fakes of OpenAI, or of Azure, with the official SDK in front of them, guarded and not.
import { type FakeOpenAI, type FakeScript, startFakeOpenAI } from '@spendfuse/testkit';
import OpenAI, { AzureOpenAI } from 'openai';
import { type GuardedFake, startGuardedFake } from './guarded-fake.ts';
import type { RecordingGuardOptions } from './recording-guard.ts';

export type GuardedOpenAI = GuardedFake<OpenAI, FakeOpenAI>;

export interface GuardedOpenAIOptions extends RecordingGuardOptions {
  readonly script?: FakeScript;
  readonly maxRetries?: number;
  /** Default: the newest. */
  readonly sdk?: Sdk;
  /** Speak to it as to Azure, where these deployments run these models. */
  readonly deployments?: Readonly<Record<string, string>>;
}

/** The classes of one version of the SDK. */
export interface Sdk {
  readonly OpenAI: typeof OpenAI;
  readonly AzureOpenAI: typeof AzureOpenAI;
}

export function startGuardedOpenAI(options: GuardedOpenAIOptions = {}): Promise<GuardedOpenAI> {
  const { script, maxRetries = 2, deployments, sdk = { OpenAI, AzureOpenAI }, ...guard } = options;
  const common = { apiKey: 'sk-test', maxRetries };
  return startGuardedFake({
    ...guard,
    provider: deployments ? 'azure.ai.openai' : 'openai',
    startFake: () =>
      startFakeOpenAI({
        now: () => 1_790_000_000_000,
        ...(script ? { script } : {}),
        ...(deployments ? { deployments } : {}),
      }),
    clientOf({ baseUrl, origin: endpoint }): OpenAI {
      if (!deployments) return new sdk.OpenAI({ baseURL: baseUrl, ...common });
      return new sdk.AzureOpenAI({ endpoint, apiVersion: '2025-04-01-preview', ...common });
    },
  });
}
