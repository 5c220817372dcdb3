// A fake OpenAI with a guarded fetch in front of it, and a second one without, for comparison.
import { createNoopMeter, trace } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type GuardTimes,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import { type FakeOpenAI, type FakeScript, startFakeOpenAI } from '@spendfuse/testkit';
import OpenAI, { AzureOpenAI } from 'openai';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface GuardedFake extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly guardedFake: FakeOpenAI;
  readonly plainFake: FakeOpenAI;
  readonly guardedFetch: typeof fetch;
  /** Made while `globalThis.fetch` was the guarded one, as in a program under the preload. */
  readonly guarded: OpenAI;
  readonly plain: OpenAI;
}

export interface GuardedFakeOptions {
  readonly script?: FakeScript;
  readonly times?: Partial<GuardTimes>;
  readonly maxRetries?: number;
  readonly onUnavailable?: 'allow' | 'deny';
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

export async function startGuardedFake(options: GuardedFakeOptions = {}): Promise<GuardedFake> {
  const { script, times, maxRetries = 2, onUnavailable = 'deny', deployments } = options;
  const sdk = options.sdk ?? { OpenAI, AzureOpenAI };
  // The same clock and order of calls: both fakes say the same, to the byte.
  const fake = {
    now: () => 1_790_000_000_000,
    ...(script ? { script } : {}),
    ...(deployments ? { deployments } : {}),
  };
  const [guardedFake, plainFake] = await Promise.all([
    startFakeOpenAI(fake),
    startFakeOpenAI(fake),
  ]);
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: { team: 'search' },
    onUnavailable,
    times,
  });
  const original = globalThis.fetch;
  const hosts = createHosts([[guardedFake.origin, deployments ? 'azure.ai.openai' : 'openai']]);
  const guardedFetch = createGuardedFetch({
    fetch: original,
    guard,
    hosts,
    log: createLog('silent'),
  });
  const clientOf = ({ baseUrl, origin: endpoint }: FakeOpenAI): OpenAI => {
    const common = { apiKey: 'sk-test', maxRetries };
    if (!deployments) return new sdk.OpenAI({ baseURL: baseUrl, ...common });
    return new sdk.AzureOpenAI({ endpoint, apiVersion: '2025-04-01-preview', ...common });
  };
  globalThis.fetch = guardedFetch;
  const guarded = clientOf(guardedFake);
  globalThis.fetch = original;
  return {
    authority,
    guardedFake,
    plainFake,
    guardedFetch,
    guarded,
    plain: clientOf(plainFake),
    async [Symbol.asyncDispose]() {
      await Promise.all([guardedFake.close(), plainFake.close()]);
    },
  };
}
