// The life of one webhook: a queue, a few deliveries at a time, attempts with growing pauses.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Alert, budgetOfAlert, type WebhookConfig } from '@spendfuse/authority';
import { globMatches } from '@spendfuse/core';
import type { Log } from '../log.ts';
import { AlertQueue } from './alert-queue.ts';
import { backOffMs } from './back-off.ts';
import { type Outcome, send } from './send.ts';

/** `dropped`: the queue was full. `failed`: given up. */
export type Ending = 'delivered' | 'failed' | 'dropped';

export interface WebhookOptions {
  readonly config: WebhookConfig;
  readonly version: string;
  readonly log: Log;
  /** Called once for each alert that was offered, unless the webhook is stopped before. */
  readonly onEnd: (alert: Alert, ending: Ending) => void;
  /** For tests; default: `backOffMs`. */
  readonly pauseMs?: typeof backOffMs | undefined;
  /** Of one attempt. */
  readonly timeoutMs?: number | undefined;
}

const MAX_QUEUED = 1000;
const MAX_AT_ONCE = 4;
/** An alert that nobody could be told of for so long is given up. */
const GIVE_UP_AFTER_MS = 4 * 3_600_000;

export class Webhook {
  readonly config: WebhookConfig;
  readonly #options: WebhookOptions;
  readonly #queue = new AlertQueue({ maxLength: MAX_QUEUED });
  readonly #deliveries = new Set<Promise<void>>();
  readonly #undelivered: Alert[] = [];
  /** Ends pauses. */
  readonly #stopping = new AbortController();
  /** Ends attempts. */
  readonly #stopped = new AbortController();
  #isFailing = false;
  #dropped = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.config = options.config;
  }

  /** Whether the webhook is to hear of such an alert. */
  wants(alert: Alert): boolean {
    const { events, budgets } = this.config;
    const budget = budgetOfAlert(alert);
    if (!events.includes(alert.event)) return false;
    if (budgets === undefined || budget === undefined) return true;
    const refused = budgets.filter((pattern) => pattern.startsWith('!'));
    if (refused.some((pattern) => globMatches(pattern.slice(1), budget))) return false;
    const named = budgets.filter((pattern) => !pattern.startsWith('!'));
    return named.length === 0 || named.some((pattern) => globMatches(pattern, budget));
  }

  offer(alert: Alert): void {
    const dropped = this.#queue.push(alert);
    if (dropped) this.#drop(dropped);
    this.#startDeliveries();
  }

  /**
   * Sends what is queued, each alert once more at most, for as long as it may take; then lets go.
   * Returns the alerts that were not delivered.
   */
  async stop({ withinMs }: { readonly withinMs: number }): Promise<readonly Alert[]> {
    this.#stopping.abort();
    const deadline = setTimeout(() => this.#stopped.abort(), withinMs);
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
    clearTimeout(deadline);
    return [...this.#undelivered, ...this.#queue.drain()];
  }

  #startDeliveries(): void {
    while (this.#deliveries.size < MAX_AT_ONCE && !this.#stopped.signal.aborted) {
      const alert = this.#queue.shift();
      if (!alert) return;
      const delivery = this.#deliver(alert).finally(() => {
        this.#deliveries.delete(delivery);
        this.#startDeliveries();
      });
      this.#deliveries.add(delivery);
    }
  }

  async #deliver(alert: Alert): Promise<void> {
    const giveUpAtMs = performance.now() + GIVE_UP_AFTER_MS;
    for (let failures = 1; ; failures++) {
      const outcome = await this.#attempt(alert);
      const isOver = outcome.kind === 'retry' && performance.now() > giveUpAtMs;
      if (outcome.kind !== 'retry' || isOver) {
        this.#end(alert, outcome, failures);
        return;
      }
      this.#noteFailure(outcome.why);
      const { retryAfterMs } = outcome;
      const pause = this.#options.pauseMs ?? backOffMs;
      await this.#pause(pause({ failures, retryAfterMs, random: Math.random() }));
      if (this.#stopping.signal.aborted) {
        this.#undelivered.push(alert);
        return;
      }
    }
  }

  #attempt(alert: Alert): Promise<Outcome> {
    const { version, timeoutMs } = this.#options;
    const { signal } = this.#stopped;
    return send({ webhook: this.config, alert, version, nowMs: Date.now(), timeoutMs, signal });
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }

  #end(alert: Alert, outcome: Outcome, attempts: number): void {
    const { log, onEnd } = this.#options;
    const { name: webhook } = this.config;
    const { id, event } = alert;
    if (outcome.kind === 'delivered') {
      if (this.#isFailing) log.info('webhook answers again', { webhook });
      this.#isFailing = false;
      log.debug('alert delivered', { webhook, event, id, attempts });
      return onEnd(alert, 'delivered');
    }
    // It answers, if only to refuse.
    if (outcome.kind === 'final') this.#isFailing = false;
    log.error('alert not delivered', { webhook, event, id, attempts, why: outcome.why });
    return onEnd(alert, 'failed');
  }

  /** Once, until it works again. */
  #noteFailure(why: string): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.log.warn('webhook does not take alerts', { webhook: this.config.name, why });
  }

  #drop(alert: Alert): void {
    this.#dropped += 1;
    // The 1st, 2nd, 4th, 8th, …: a flood must not become a flood of lines.
    if (Number.isInteger(Math.log2(this.#dropped))) {
      const { name } = this.config;
      this.#options.log.error('alerts dropped', { webhook: name, dropped: this.#dropped });
    }
    this.#options.onEnd(alert, 'dropped');
  }
}
