// A fake Bedrock with a guarded fetch in front of it.
import { createNoopMeter, trace } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type GuardTimes,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import { type FakeBedrock, type FakeBedrockScript, startFakeBedrock } from '@spendfuse/testkit';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface GuardedBedrock extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly fake: FakeBedrock;
  readonly fetch: typeof fetch;
  /** Asks a model: the body is sent as JSON. */
  post(path: string, body: unknown): Promise<Response>;
}

export interface GuardedBedrockOptions {
  readonly script?: FakeBedrockScript;
  readonly times?: Partial<GuardTimes>;
}

export async function startGuardedBedrock(
  options: GuardedBedrockOptions = {},
): Promise<GuardedBedrock> {
  const { script, times } = options;
  const fake = await startFakeBedrock(script ? { script } : {});
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: { team: 'search' },
    onUnavailable: 'deny',
    times,
  });
  const hosts = createHosts([[fake.origin, 'aws.bedrock']]);
  const guardedFetch = createGuardedFetch({
    fetch: globalThis.fetch,
    guard,
    hosts,
    log: createLog('silent'),
  });
  return {
    authority,
    fake,
    fetch: guardedFetch,
    post: (path, body) =>
      guardedFetch(fake.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => fake.close(),
  };
}
