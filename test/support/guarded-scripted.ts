// A scripted fake of any provider with a guarded fetch in front of it, and a second one without.
import { createNoopMeter, trace } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type GuardTimes,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import type { ScriptedProvider } from '@spendfuse/testkit';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface GuardedScripted<Client> extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly guardedFake: ScriptedProvider;
  readonly plainFake: ScriptedProvider;
  readonly guardedFetch: typeof fetch;
  readonly guarded: Client;
  readonly plain: Client;
}

export interface GuardedScriptedOptions<Client> {
  /** As in `gen_ai.provider.name`. */
  readonly provider: string;
  readonly startFake: () => Promise<ScriptedProvider>;
  /** Made while `globalThis.fetch` is the guarded one, as in a program under the preload. */
  readonly clientOf: (origin: string) => Client;
  readonly times?: Partial<GuardTimes> | undefined;
}

/** Some SDKs look `fetch` up for every call: until this is disposed, the global one is guarded. */
export async function startGuardedScripted<Client>(
  options: GuardedScriptedOptions<Client>,
): Promise<GuardedScripted<Client>> {
  const { provider, startFake, clientOf, times } = options;
  const [guardedFake, plainFake] = await Promise.all([startFake(), startFake()]);
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: { team: 'search' },
    onUnavailable: 'deny',
    times,
  });
  const original = globalThis.fetch;
  const guardedFetch = createGuardedFetch({
    fetch: original,
    guard,
    hosts: createHosts([[guardedFake.origin, provider]]),
    log: createLog('silent'),
  });
  globalThis.fetch = guardedFetch;
  return {
    authority,
    guardedFake,
    plainFake,
    guardedFetch,
    guarded: clientOf(guardedFake.origin),
    plain: clientOf(plainFake.origin),
    async [Symbol.asyncDispose]() {
      globalThis.fetch = original;
      await Promise.all([guardedFake.close(), plainFake.close()]);
    },
  };
}
