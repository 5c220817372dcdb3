// Puts the parts together: settings → client → guard → guarded fetch, and the end of the process.
import { createNoopMeter, trace } from '@opentelemetry/api';
import { createClient, type Log as ClientLog } from '@spendfuse/client';
import { type BudgetAuthority, formatGrace, SpendfuseError } from '@spendfuse/core';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  globalMeter,
  globalTracer,
  type Guard,
  type Meter,
  settleOpenBodies,
  settleOpenBodiesNow,
  type Telemetry,
  type Tracer,
} from '@spendfuse/guard';
import { gatedFetch } from './gated-fetch.ts';
import { createGate, type Gate } from './gate.ts';
import { createLog, type Log } from './log.ts';
import type { Fetch } from './outgoing.ts';
import type { OwnTelemetry, OwnTelemetryOptions } from './own-telemetry.ts';
import { readSettings, type Settings } from './settings.ts';
import { VERSION } from './version.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SCOPE = '@spendfuse/instrumentation';

export interface RuntimeOptions {
  readonly env: Env;
  /** Instead of what is registered globally or of our own. */
  readonly tracer?: (() => Tracer | undefined) | undefined;
  readonly meter?: (() => Meter | undefined) | undefined;
}

/** What all surfaces of a thread have in common. */
export interface Runtime {
  readonly guard: Guard;
  /** Where requests go that are about to be sent. */
  readonly gate: Gate;
}

/**
 * One for each thread, so that a program has one session and one allowance of grace: the application
 * and the preload may hold different copies of this file. Those of different versions have their own.
 */
const KEY = Symbol.for(`spendfuse.runtime@${VERSION}`);
const shared = globalThis as { [KEY]?: Promise<Runtime | undefined> };

/**
 * The options of the first one hold. Undefined where no endpoint is set: then there is nobody to ask,
 * and whoever comes later may have one.
 */
export async function sharedRuntime(options: RuntimeOptions): Promise<Runtime | undefined> {
  shared[KEY] ??= startRuntime(options);
  const runtime = await shared[KEY];
  if (!runtime) delete shared[KEY];
  return runtime;
}

/** Undefined where calls pass as they are. */
export async function startGuardedFetch(
  options: RuntimeOptions & {
    /** The fetch that sends. */
    readonly fetch: Fetch;
  },
): Promise<Fetch | undefined> {
  const runtime = await sharedRuntime(options);
  if (!runtime) return undefined;
  return gatedFetch(options.fetch, runtime.gate);
}

async function startRuntime(options: RuntimeOptions): Promise<Runtime | undefined> {
  const { settings, problems } = readSettings(options.env);
  const log = createLog(settings.log);
  for (const problem of problems) log.warn(problem);
  const { endpoint, undecidable } = settings;
  if (endpoint === undefined) {
    log.info('SPENDFUSE_ENDPOINT is not set, so calls pass unchanged and uncounted');
    return undefined;
  }
  const own = options.tracer || globalTracer() ? undefined : await ownTelemetry(options.env);
  settleAtTheEnd({ own, isSpooled: settings.spoolDir !== undefined });
  const policy = settings.grace ? `grace: ${formatGrace(settings.grace)}` : settings.onUnavailable;
  const guard = createGuard({
    authority: undecidable ? absentAuthority(undecidable) : authorityAt(endpoint, settings, log),
    telemetry: telemetryOf(options, own),
    tokens: createTokenCounter(),
    labels: settings.labels,
    baggage: settings.baggage,
    onUnavailable: settings.onUnavailable,
    grace: settings.grace,
    onUndecided: (error) => {
      log.warnOnce('undecided', `calls pass without a decision (${policy}): ${error.message}`);
      log.debug(`a call passes without a decision: ${error.message}`);
    },
  });
  log.debug(`asking ${endpoint}; hosts: ${settings.hosts.patterns.join(', ')}`);
  const { hosts, hasUnreadHosts } = settings;
  const gate = createGate({ guard, hosts, hasUnreadHosts, log });
  return { guard, gate };
}

function authorityAt(endpoint: string, { spoolDir }: Settings, log: Log): BudgetAuthority {
  try {
    // Without a policy of its own: the guard has it, for failures before the client as well.
    return createClient({ endpoint, spoolDir, log: clientLog(log) });
  } catch (error) {
    const { message } = SpendfuseError.from(error);
    log.error(`no budget authority can be asked: ${message}`);
    return absentAuthority(message);
  }
}

/** What it warns of is lost, or may be. */
function clientLog(log: Log): ClientLog {
  return {
    warn: (event, fields = {}) => {
      const told = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      log.warnOnce(event, `${event} (${told.join(', ')})`);
    },
  };
}

/** Nobody to ask: every verb fails, and `onUnavailable` rules. */
function absentAuthority(message: string): BudgetAuthority {
  const fail = (): Promise<never> =>
    Promise.reject(new SpendfuseError({ code: 'UNAVAILABLE', message }));
  return {
    reserve: fail,
    commit: fail,
    release: fail,
    extend: fail,
    record: fail,
    balances: fail,
    async *watch() {
      yield await fail();
    },
  };
}

/** The application's telemetry where it has any, else our own where an endpoint is set, else none. */
function telemetryOf(
  { env, tracer, meter }: RuntimeOptions,
  own: OwnTelemetry | undefined,
): Telemetry {
  return createTelemetry({
    tracer: () => tracer?.() ?? globalTracer() ?? own?.tracer ?? trace.getTracer(SCOPE),
    meter: () => meter?.() ?? globalMeter() ?? own?.meter ?? createNoopMeter(),
    flush: async () => own?.flush(),
    semconv: wantsLatest(env) ? 'next' : 'released',
  });
}

/** As instrumentations of OpenTelemetry are told to give the names of conventions to come. */
function wantsLatest(env: Env): boolean {
  const wanted = (env['OTEL_SEMCONV_STABILITY_OPT_IN'] ?? '').split(',');
  return wanted.some((name) => name.trim() === 'gen_ai_latest_experimental');
}

/** Loaded only where it is needed: the SDK takes longer to load than all the rest. */
async function ownTelemetry(env: Env): Promise<OwnTelemetry | undefined> {
  const spans = isExported(env, 'TRACES');
  const points = isExported(env, 'METRICS');
  if (env['OTEL_SDK_DISABLED'] === 'true' || (!spans && !points)) return undefined;
  return startSafely({ env, spans, points });
}

interface AtTheEnd {
  readonly own: OwnTelemetry | undefined;
  /** What cannot be delivered any more is kept for another process. */
  readonly isSpooled: boolean;
}

/** Bodies that are open when the process ends are charged for what has come of them. */
function settleAtTheEnd({ own, isSpooled }: AtTheEnd): void {
  let isTold = false;
  const end = async (): Promise<void> => {
    const hasSettled = await settleOpenBodies();
    // Either keeps the process busy for a moment, and then it is idle again.
    if (isTold && !hasSettled) return;
    isTold = true;
    await own?.flush();
  };
  process.on('beforeExit', () => void end());
  // Before the client of the authority looks at what is left.
  if (isSpooled) process.prependListener('exit', settleOpenBodiesNow);
}

/** Calls are guarded all the same where telemetry cannot be had. */
async function startSafely(options: OwnTelemetryOptions): Promise<OwnTelemetry | undefined> {
  try {
    const { startOwnTelemetry } = await import('./own-telemetry.ts');
    return startOwnTelemetry(options);
  } catch {
    return undefined;
  }
}

/** Whether a signal has an endpoint to go to and is not switched off. */
function isExported(env: Env, signal: 'TRACES' | 'METRICS'): boolean {
  if (env[`OTEL_${signal}_EXPORTER`] === 'none') return false;
  const endpoint =
    env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return (endpoint ?? '').trim() !== '';
}
