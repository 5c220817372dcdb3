// The life of a sidecar that has everything it needs: opening, ready, draining, closed.
import type { LocalAuthority } from '@spendfuse/authority';
import type { ServerStatus } from './admin/operation.ts';
import { type AdminPlane, openAdminPlane } from './admin/plane.ts';
import type { Alerts } from './alerts/alerts.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { ConfigReload } from './reload.ts';
import { type RpcServer, startRpc } from './rpc/server.ts';
import type { SidecarSettings } from './settings.ts';

/** Where a sidecar listens, with the ports it got; undefined: there it does not. */
export interface Addresses {
  /** `127.0.0.1:4750` */
  readonly grpc: string | undefined;
  /** Path of the unix socket. */
  readonly socket: string | undefined;
  /** `http://127.0.0.1:4751` */
  readonly http: string | undefined;
  /** `http://127.0.0.1:4752`, or https; gRPC has the same address. */
  readonly admin: string | undefined;
}

export interface ListenersOptions {
  readonly authority: LocalAuthority;
  readonly alerts: Alerts;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly status: () => Omit<ServerStatus, 'ready'>;
  readonly reload: ConfigReload | undefined;
}

export class Listeners {
  readonly #options: ListenersOptions;
  #rpc: RpcServer | undefined;
  #http: HttpServer | undefined;
  #admin: AdminPlane | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  async open(settings: Partial<SidecarSettings>): Promise<Addresses> {
    const { authority, metrics, log, status } = this.#options;
    const isReady = () => this.#stopped === undefined && authority.ready();
    const { grpcListen, socketPath, httpListen, adminListen } = settings;
    this.#rpc = await startRpc({
      authority,
      listen: { unixPath: socketPath, ...grpcListen },
      log,
      isReady,
    });
    if (adminListen) {
      const server = (): ServerStatus => ({ ...status(), ready: isReady() });
      this.#admin = await openAdminPlane({ authority, listen: adminListen, settings, server, log });
    }
    await this.#options.reload?.start();
    // Last: who finds it ready finds everything else listening.
    if (httpListen) {
      const metricsText = () => metrics.prometheusText();
      this.#http = await startHttp({
        isReady,
        metricsText,
        authority,
        version: status().version,
        listen: httpListen,
        log,
      });
    }
    return { ...this.#rpc.addresses, http: this.#http?.url, admin: this.#admin?.url };
  }

  get adminTokenFile(): string | undefined {
    return this.#admin?.tokenFile;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { authority, alerts, metrics, reload } = this.#options;
    await reload?.stop();
    await this.#rpc?.drain();
    await this.#http?.close();
    await this.#admin?.close();
    // While the ledger can still be read and written.
    await alerts.stop();
    // While the balances can still be read. Whatever was answered is durable already.
    await metrics.close();
    await authority.close();
  }
}
