// For who builds a NodeSDK of their own: the guarded fetch, and the preload's module hooks, as an
// OpenTelemetry instrumentation.
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Instrumentation, InstrumentationConfig } from '@opentelemetry/instrumentation';
import { globalMeter, globalTracer, type Meter, type Tracer } from '@spendfuse/guard';
import { eventualFetch, patchFetch } from './patch.ts';
import { installOnce } from './hooks/install-once.ts';
import { startGuardedFetch } from './runtime.ts';
import { VERSION } from './version.ts';

const NAME = '@spendfuse/instrumentation';

/**
 * `new NodeSDK({ instrumentations: [new SpendfuseInstrumentation()] })`. Settings come from the
 * environment. Start the SDK before the clients of LLM APIs are made: some keep the fetch they find
 * then. Where the preload is active already, it stays in charge and uses the SDK's providers.
 *
 * Packages that call something else than fetch are hooked as the preload does it, where they are loaded
 * later than this; `coverage()` tells. Disabling it ends the guard of fetch, not that of such packages.
 */
export class SpendfuseInstrumentation implements Instrumentation {
  readonly instrumentationName = NAME;
  readonly instrumentationVersion = VERSION;
  #config: InstrumentationConfig;
  #tracer: Tracer | undefined;
  #meter: Meter | undefined;
  #undo: (() => void) | undefined;

  constructor(config: InstrumentationConfig = {}) {
    this.#config = { enabled: true, ...config };
    if (this.#config.enabled) this.enable();
  }

  enable(): void {
    const tracer = (): Tracer | undefined => this.#tracer ?? globalTracer();
    const meter = (): Meter | undefined => this.#meter ?? globalMeter();
    this.#undo ??= patchFetch((fetch) =>
      eventualFetch(startGuardedFetch({ fetch, env: process.env, tracer, meter }), fetch),
    );
    if (this.#undo) installOnce();
  }

  disable(): void {
    this.#undo?.();
    this.#undo = undefined;
  }

  setTracerProvider(provider: TracerProvider): void {
    this.#tracer = provider.getTracer(NAME, VERSION);
  }

  setMeterProvider(provider: MeterProvider): void {
    this.#meter = provider.getMeter(NAME, VERSION);
  }

  setConfig(config: InstrumentationConfig): void {
    this.#config = { enabled: true, ...config };
  }

  getConfig(): InstrumentationConfig {
    return this.#config;
  }
}
