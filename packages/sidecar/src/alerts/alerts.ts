// Alerts of a sidecar: watched in the authority; told in the log, to OpenTelemetry and to webhooks.
import {
  type Alert,
  type AlertConfig,
  type AlertEvent,
  type AlertSource,
  AlertWatcher,
  alertText,
  scopeText,
  severityOf,
  type WebhookConfig,
} from '@spendfuse/authority';
import type { Clock } from '@spendfuse/core';
import type { Log } from '../log.ts';
import { createLogEvents, type LogEvents } from './log-events.ts';
import { Outbox } from './outbox.ts';
import { type Ending, Webhook, type WebhookOptions } from './webhook.ts';

export interface AlertsOptions {
  readonly source: AlertSource;
  readonly config: AlertConfig;
  readonly version: string;
  readonly log: Log;
  /** Base address of an OTLP/HTTP receiver. Undefined: no log events. */
  readonly otlpEndpoint?: string | undefined;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  readonly count?: ((event: AlertEvent, outcome: 'told' | Ending) => void) | undefined;
  /** For tests. */
  readonly pauseMs?: WebhookOptions['pauseMs'];
  readonly timeoutMs?: number | undefined;
}

/** What shutting down waits for webhooks. */
const FLUSH_MS = 2000;

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const;

/** A file with a thousand mistakes makes no alert of a thousand lines. */
const MAX_DETAIL = 1000;

export class Alerts {
  readonly #options: AlertsOptions;
  readonly #watcher: AlertWatcher;
  readonly #outbox: Outbox;
  readonly #logEvents: LogEvents | undefined;
  #webhooks: readonly Webhook[] = [];
  /** Alerts on their way into the ledger, and from there to webhooks. */
  readonly #opening = new Set<Promise<void>>();
  #rejected: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: AlertsOptions) {
    const { source, config, version, otlpEndpoint, clock = { now: Date.now } } = options;
    this.#options = options;
    this.#outbox = new Outbox(source.memory);
    this.#logEvents = otlpEndpoint ? createLogEvents({ otlpEndpoint, version }) : undefined;
    this.#webhooks = config.webhooks.map((webhook) => this.#open(webhook));
    for (const alert of this.#outbox.takeOver(source.nowMs())) {
      if (!this.#send(alert)) this.#outbox.end(alert);
    }
    this.#watcher = new AlertWatcher({
      source,
      denialsEveryMs: config.denialsEveryMs,
      onAlert: (alert) => this.#tell(alert),
      readClock: () => ({ wallMs: clock.now(), steadyMs: performance.now() }),
    });
  }

  /** The budgets file was read anew: budgets, amounts and webhooks may be others. */
  async configure({ webhooks, denialsEveryMs }: AlertConfig): Promise<void> {
    this.#rejected = undefined;
    this.#watcher.configure({ denialsEveryMs });
    const before = this.#webhooks;
    const same = (one: WebhookConfig) =>
      before.find(({ config }) => JSON.stringify(config) === JSON.stringify(one));
    this.#webhooks = webhooks.map((one) => same(one) ?? this.#open(one));
    await Promise.all(this.#opening);
    for (const old of before.filter((each) => !this.#webhooks.includes(each))) {
      const heir = this.#webhooks.find(({ config }) => config.name === old.config.name);
      for (const alert of await old.stop({ withinMs: FLUSH_MS })) {
        if (heir) heir.offer(alert);
        else this.#outbox.end(alert);
      }
    }
  }

  /** The budgets file was changed to one that is wrong. The same mistakes are told once. */
  configRejected(detail: string): void {
    if (this.#rejected === detail) return;
    this.#rejected = detail;
    this.#watcher.tell({ event: 'config_rejected', detail: detail.slice(0, MAX_DETAIL) });
  }

  /** Before the authority closes. What could not be delivered is left in the ledger for the next start. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await this.#watcher.stop();
    await Promise.all(this.#opening);
    await Promise.all([
      this.#logEvents?.close(),
      ...this.#webhooks.map((webhook) => webhook.stop({ withinMs: FLUSH_MS })),
    ]);
  }

  #open(config: WebhookConfig): Webhook {
    const { version, log, pauseMs, timeoutMs, count } = this.#options;
    return new Webhook({
      config,
      version,
      log,
      pauseMs,
      timeoutMs,
      onEnd: (alert, ending) => {
        this.#outbox.end(alert);
        count?.(alert.event, ending);
      },
    });
  }

  #tell(alert: Alert): void {
    this.#options.count?.(alert.event, 'told');
    this.#log(alert);
    this.#logEvents?.emit(alert);
    this.#send(alert);
  }

  /** False: no webhook wants it. */
  #send(alert: Alert): boolean {
    const webhooks = this.#webhooks.filter((webhook) => webhook.wants(alert));
    if (webhooks.length === 0) return false;
    const opening = this.#outbox.open(alert, webhooks.length).then(() => {
      for (const webhook of webhooks) webhook.offer(alert);
      this.#opening.delete(opening);
    });
    this.#opening.add(opening);
    return true;
  }

  #log(alert: Alert): void {
    const { event, id } = alert;
    const facts = 'budget' in alert ? alert : undefined;
    this.#options.log[LEVELS[severityOf(alert)]]('alert', {
      event,
      id,
      budget: facts?.budget,
      scope: facts?.scope && scopeText(facts.scope),
      text: alertText(alert).text,
    });
  }
}
