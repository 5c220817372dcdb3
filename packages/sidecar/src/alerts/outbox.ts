// Alerts on their way, kept in the ledger so that they survive a restart.
import type { Alert, AlertMemory } from '@spendfuse/authority';

const PREFIX = 'alert/queue/';
/** Nobody wants to hear of something older. */
const MAX_AGE_MS = 24 * 3_600_000;

export class Outbox {
  readonly #memory: AlertMemory;
  /** By id: how many webhooks still have to be told. */
  readonly #open = new Map<string, number>();

  constructor(memory: AlertMemory) {
    this.#memory = memory;
  }

  /** What a process before this one has left, oldest first. Some webhooks may have heard of it already. */
  takeOver(nowMs: number): readonly Alert[] {
    const alerts: Alert[] = [];
    for (const { key, value } of this.#memory.documents(PREFIX)) {
      const alert = value as Alert;
      if (nowMs - alert.atMs > MAX_AGE_MS) this.#put(key, null).catch(() => undefined);
      else alerts.push(alert);
    }
    return alerts.toSorted((a, b) => a.atMs - b.atMs);
  }

  /**
   * Resolves when the alert is durable, and what was remembered of its counter with it: only then may
   * anybody be told. A ledger that cannot be written delays nothing.
   */
  async open(alert: Alert, webhooks: number): Promise<void> {
    this.#open.set(alert.id, webhooks);
    await this.#put(PREFIX + alert.id, alert).catch(() => undefined);
  }

  /** One webhook is through with it. */
  end({ id }: Alert): void {
    const left = (this.#open.get(id) ?? 1) - 1;
    if (left > 0) {
      this.#open.set(id, left);
      return;
    }
    this.#open.delete(id);
    this.#put(PREFIX + id, null).catch(() => undefined);
  }

  async #put(key: string, value: unknown): Promise<void> {
    await this.#memory.put(key, value);
  }
}
