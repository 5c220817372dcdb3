// The composition root: puts a store, an authority, gRPC, HTTP and metrics together, and takes them down.
import { readFileSync } from 'node:fs';
import { setLogger } from '@grpc/grpc-js';
import {
  createCatalogue,
  type LocalAuthority,
  loadConfig,
  openAuthority,
} from '@spendfuse/authority';
import type { Budget, Clock } from '@spendfuse/core';
import { type HttpServer, startHttp } from './http/server.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { type RpcServer, startRpc } from './rpc/server.ts';
import type { SidecarSettings } from './settings.ts';

/** What is left out is off: no address, no file, no folder. */
export type SidecarOptions = Partial<SidecarSettings> & {
  /** On top of those of the file. */
  readonly budgets?: readonly Budget[] | undefined;
  readonly clock?: Clock | undefined;
  /** Default: stderr at `logLevel`. */
  readonly log?: Log | undefined;
};

export interface Sidecar {
  readonly authority: LocalAuthority;
  readonly budgets: readonly Budget[];
  /** Where it listens, with the ports it got. */
  readonly addresses: {
    /** `127.0.0.1:4750` */
    readonly grpc: string | undefined;
    /** Path of the unix socket. */
    readonly socket: string | undefined;
    /** `http://127.0.0.1:4751` */
    readonly http: string | undefined;
  };
  /** Finishes what is in flight, makes everything durable, lets go of ports and folder. */
  stop(): Promise<void>;
}

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

/**
 * Starts a sidecar; it is ready when the promise resolves.
 * @throws SpendfuseError `CONFIG` when a file, folder or address cannot be used; nothing is left
 * running then.
 */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { configFile, dataFolder, durability, otlpEndpoint, clock } = options;
  const log = options.log ?? createLog({ level: options.logLevel ?? 'info' });
  // It writes to the console by itself; what it says of failures reaches us as errors anyway.
  setLogger({ error: (line: string) => log.debug('grpc', { line }) });
  const config = configFile === undefined ? undefined : await loadConfig(configFile);
  const budgets = [...(config?.budgets ?? []), ...(options.budgets ?? [])];
  const catalogue = createCatalogue({ overrides: config?.prices });
  const authority = await openAuthority({ dataFolder, durability, budgets, catalogue, clock, log });
  const metrics = createMetrics({ authority, version, otlpEndpoint });
  logEvents(authority, log);
  const parts = new Listeners({ authority, metrics, log });
  try {
    const addresses = await parts.open(options);
    log.info('ready', {
      version,
      budgets: budgets.length,
      data: dataFolder ?? 'memory',
      ...addresses,
    });
    const stop = async () => {
      log.info('draining');
      await parts.stop();
      log.info('stopped');
    };
    return { authority, budgets, addresses, stop };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

interface ListenersOptions {
  readonly authority: LocalAuthority;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The life of one sidecar: opening, ready, draining, closed. */
class Listeners {
  readonly #options: ListenersOptions;
  #rpc: RpcServer | undefined;
  #http: HttpServer | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  async open(settings: Partial<SidecarSettings>): Promise<Sidecar['addresses']> {
    const { authority, metrics, log } = this.#options;
    const isReady = () => this.#stopped === undefined && authority.ready();
    const { grpcListen, socketPath, httpListen } = settings;
    this.#rpc = await startRpc({
      authority,
      listen: { unixPath: socketPath, ...grpcListen },
      log,
      isReady,
    });
    if (httpListen) {
      const metricsText = () => metrics.prometheusText();
      this.#http = await startHttp({ authority, isReady, metricsText, listen: httpListen, log });
    }
    return { ...this.#rpc.addresses, http: this.#http?.url };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { authority, metrics } = this.#options;
    await this.#rpc?.drain();
    await this.#http?.close();
    // While the balances can still be read. Whatever was answered is durable already.
    await metrics.close();
    await authority.close();
  }
}

function logEvents(authority: LocalAuthority, log: Log): void {
  authority.onEvent((event) => {
    if (event.kind === 'failure') {
      const { code, field, message } = event.error;
      const level = code === 'INTERNAL' || code === 'UNAVAILABLE' ? 'error' : 'debug';
      log[level]('verb failed', { verb: event.verb, code, field, message });
    } else if (event.kind === 'unpriced') {
      log.warn('no price is known', { provider: event.call.provider, model: event.call.model });
    } else if (event.kind === 'decision' && event.decision.kind === 'denied') {
      const { reason, refusals } = event.decision;
      log.debug('denied', { reason, budget: refusals[0]?.budget, model: event.call.model });
    }
  });
}
