// The composition root: puts a store, an authority, gRPC, HTTP and metrics together, and takes them down.
import { readFileSync } from 'node:fs';
import { setLogger } from '@grpc/grpc-js';
import {
  budgetWarnings,
  type Config,
  createCatalogue,
  type LocalAuthority,
  loadConfig,
  loadPriceData,
  NO_ALERT_CONFIG,
  openAuthority,
  type PriceCatalogue,
} from '@spendfuse/authority';
import type { Budget, Clock } from '@spendfuse/core';
import type { ServerStatus } from './admin/operation.ts';
import { Alerts } from './alerts/alerts.ts';
import { type Addresses, Listeners, type ListenersOptions } from './listeners.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { ConfigReload } from './reload.ts';
import { fileIdentity } from './reload-watch.ts';
import type { SidecarSettings } from './settings.ts';

/** What is left out is off: no address, no file, no folder. */
export type SidecarOptions = Partial<SidecarSettings> & {
  /** Of the command line: they go before those of the store and of the file. */
  readonly budgets?: readonly Budget[] | undefined;
  readonly clock?: Clock | undefined;
  /** Default: stderr at `logLevel`. */
  readonly log?: Log | undefined;
};

export interface Sidecar {
  readonly authority: LocalAuthority;
  readonly alerts: Alerts;
  readonly budgets: readonly Budget[];
  readonly addresses: Addresses;
  /** Where the admin token can be read; undefined: it was given by a setting. */
  readonly adminTokenFile: string | undefined;
  /** Reads the budgets file again; a bad one leaves all as it was. Never throws. Undefined: none. */
  readonly reload: (() => Promise<void>) | undefined;
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
  const log = options.log ?? createLog({ level: options.logLevel ?? 'info' });
  // It writes to the console by itself; what it says of failures reaches us as errors anyway.
  setLogger({ error: (line: string) => log.debug('grpc', { line }) });
  const parts = await makeParts(options, log);
  const { authority, alerts, reload } = parts;
  const listeners = new Listeners({ ...parts, log });
  try {
    const addresses = await listeners.open(options);
    warnOf(authority, log);
    const data = options.dataFolder ?? 'memory';
    log.info('ready', { version, budgets: inForce(authority).length, data, ...addresses });
    return {
      authority,
      alerts,
      budgets: inForce(authority),
      addresses,
      adminTokenFile: listeners.adminTokenFile,
      reload: reload && (() => reload.reload()),
      async stop() {
        log.info('draining');
        await listeners.stop();
        log.info('stopped');
      },
    };
  } catch (error) {
    await listeners.stop();
    throw error;
  }
}

/** Everything there is before anything listens. */
async function makeParts(
  options: SidecarOptions,
  log: Log,
): Promise<Omit<ListenersOptions, 'log'>> {
  const { configFile, dataFolder, durability, retentionMs, otlpEndpoint, clock } = options;
  const seen = configFile && (await fileIdentity(configFile));
  const config = configFile === undefined ? undefined : await loadConfig(configFile);
  const warn = (message: string) => log.warn('prices', { message });
  const data = await loadPriceData({ path: options.pricesFile, warn });
  const catalogueOf = ({ prices, aliases, fallback }: Partial<Config> = {}) =>
    createCatalogue({ overrides: prices, aliases, fallback, data });
  const authority = await openAuthority({
    dataFolder,
    durability,
    retentionMs,
    budgets: config?.budgets ?? [],
    flags: options.budgets,
    catalogue: catalogueOf(config),
    clock,
    log,
  });
  const metrics = createMetrics({ authority, version, otlpEndpoint });
  logEvents(authority, log);
  const alerts = new Alerts({
    source: authority.alerts,
    config: config?.alerts ?? NO_ALERT_CONFIG,
    version,
    log,
    otlpEndpoint,
    clock,
    count: (event, outcome) => metrics.countAlert(event, outcome),
  });
  const reload =
    configFile === undefined
      ? undefined
      : createReload({ file: configFile, seen, authority, alerts, metrics, log, catalogueOf });
  const startedAtMs = Date.now();
  const status = (): Omit<ServerStatus, 'ready'> => ({
    version,
    startedAtMs,
    catalogue: authority.catalogueVersion(),
    config: reload?.state(),
  });
  return { authority, alerts, metrics, status, reload };
}

interface ReloadParts {
  readonly file: string;
  /** Of the file before it was read at the start. */
  readonly seen: string | undefined;
  readonly authority: LocalAuthority;
  readonly alerts: Alerts;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly catalogueOf: (config: Config) => PriceCatalogue;
}

function createReload(parts: ReloadParts): ConfigReload {
  const { file, seen, authority, alerts, metrics, log, catalogueOf } = parts;
  return new ConfigReload({
    file,
    seen,
    async apply(config) {
      authority.configure({ budgets: config.budgets, catalogue: catalogueOf(config) });
      warnOf(authority, log);
      await alerts.configure(config.alerts);
    },
    onOutcome(outcome) {
      metrics.countReload(outcome.kind);
      if (outcome.kind === 'failed') alerts.configRejected(outcome.detail);
    },
    log,
  });
}

function inForce({ admin }: LocalAuthority): readonly Budget[] {
  return admin.budgets().map(({ budget }) => budget);
}

function warnOf(authority: LocalAuthority, log: Log): void {
  for (const warning of budgetWarnings(inForce(authority))) log.warn('budgets', { warning });
}

function logEvents(authority: LocalAuthority, log: Log): void {
  authority.onEvent((event) => {
    if (event.kind === 'failure') {
      const { code, field, message } = event.error;
      const level = code === 'INTERNAL' || code === 'UNAVAILABLE' ? 'error' : 'debug';
      log[level]('verb failed', { verb: event.verb, code, field, message });
    } else if (event.kind === 'decision' && event.decision.kind === 'denied') {
      const { reason, refusals } = event.decision;
      log.debug('denied', { reason, budget: refusals[0]?.budget, model: event.call.model });
    }
  });
}
