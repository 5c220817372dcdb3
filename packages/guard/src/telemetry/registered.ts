// Whether the application has an OpenTelemetry SDK, asked at every call: it may start one at any time.
//
// A copy of the API only sees what a copy of the same minor version or a later one has registered, so
// this package has an old one: an application has its own, and today's SDKs register 1.9 as well as 1.10.
import { createNoopMeter, type Meter, metrics, trace, type Tracer } from '@opentelemetry/api';

export type { Meter, Tracer };

const SCOPE = '@spendfuse/instrumentation';

/** The application's tracer; undefined while none is registered. */
export function globalTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider() as {
    readonly getDelegateTracer?: (name: string) => Tracer | undefined;
  };
  // The API answers with a proxy, which has no tracer to delegate to before one is registered.
  if (typeof provider.getDelegateTracer !== 'function') return trace.getTracer(SCOPE);
  return provider.getDelegateTracer(SCOPE) === undefined ? undefined : trace.getTracer(SCOPE);
}

/** The application's meter; undefined while none is registered. */
export function globalMeter(): Meter | undefined {
  const meter = metrics.getMeter(SCOPE);
  return meter === createNoopMeter() ? undefined : meter;
}
