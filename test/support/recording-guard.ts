// A guard in front of an authority that remembers what it was asked, and a fetch that is guarded by it.
import { createNoopMeter, trace } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type Guard,
  type GuardTimes,
  type Telemetry,
  type TokenCounter,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface RecordingGuardOptions {
  /** Default: spans and metrics that nobody reads. */
  readonly telemetry?: Telemetry | undefined;
  readonly tokens?: TokenCounter | undefined;
  readonly times?: Partial<GuardTimes> | undefined;
  /** Default: `deny`. */
  readonly onUnavailable?: 'allow' | 'deny' | undefined;
}

export interface RecordingGuard {
  readonly authority: RecordingAuthority;
  readonly guard: Guard;
}

export function createRecordingGuard(options: RecordingGuardOptions = {}): RecordingGuard {
  const {
    telemetry = createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens = createTokenCounter(),
    onUnavailable = 'deny',
    times,
  } = options;
  const authority = createRecordingAuthority();
  const labels = { team: 'search' };
  return {
    authority,
    guard: createGuard({ authority, telemetry, tokens, labels, onUnavailable, times }),
  };
}

export interface GuardedOrigin {
  readonly authority: RecordingAuthority;
  readonly guardedFetch: typeof fetch;
}

/** Guards what is sent to the origin as calls to the provider, named as in `gen_ai.provider.name`. */
export function guardOrigin(
  origin: string,
  { provider, ...options }: RecordingGuardOptions & { readonly provider: string },
): GuardedOrigin {
  const { authority, guard } = createRecordingGuard(options);
  const hosts = createHosts([[origin, provider]]);
  const log = createLog('silent');
  const guardedFetch = createGuardedFetch({ fetch: globalThis.fetch, guard, hosts, log });
  return { authority, guardedFetch };
}
