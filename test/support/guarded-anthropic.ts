// A fake Anthropic with a guarded fetch in front of it, and a second one without, for comparison.
import { createNoopMeter, trace, type Tracer } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type GuardTimes,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import {
  type FakeAnthropic,
  type FakeAnthropicScript,
  startFakeAnthropic,
} from '@spendfuse/testkit';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface GuardedAnthropicOptions<Client> {
  /** Makes a client of one version of the SDK. */
  readonly clientOf: (options: ClientOptions) => Client;
  readonly script?: FakeAnthropicScript;
  readonly times?: Partial<GuardTimes>;
  readonly maxRetries?: number;
  readonly tracer?: Tracer;
}

export interface ClientOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly maxRetries: number;
}

export interface GuardedAnthropic<Client> extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly guardedFake: FakeAnthropic;
  readonly plainFake: FakeAnthropic;
  readonly guardedFetch: typeof fetch;
  /** Made while `globalThis.fetch` was the guarded one, as in a program under the preload. */
  readonly guarded: Client;
  readonly plain: Client;
}

export async function startGuardedAnthropic<Client>(
  options: GuardedAnthropicOptions<Client>,
): Promise<GuardedAnthropic<Client>> {
  const { script, times, maxRetries = 2, tracer = trace.getTracer('test') } = options;
  // The same order of calls: both fakes say the same, to the byte.
  const fake = script ? { script } : {};
  const [guardedFake, plainFake] = await Promise.all([
    startFakeAnthropic(fake),
    startFakeAnthropic(fake),
  ]);
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => tracer, meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: { team: 'search' },
    onUnavailable: 'deny',
    times,
  });
  const original = globalThis.fetch;
  const hosts = createHosts([[guardedFake.origin, 'anthropic']]);
  const log = createLog('silent');
  const guardedFetch = createGuardedFetch({ fetch: original, guard, hosts, log });
  const clientOf = ({ origin: baseURL }: FakeAnthropic): Client =>
    options.clientOf({ baseURL, apiKey: 'sk-ant-test', maxRetries });
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
