// A bounded queue of alerts: where it is full, the oldest of the least severe goes.
import { type Alert, SEVERITIES, severityOf } from '@spendfuse/authority';

export class AlertQueue {
  readonly #maxLength: number;
  readonly #alerts: Alert[] = [];

  constructor({ maxLength }: { readonly maxLength: number }) {
    this.#maxLength = maxLength;
  }

  get length(): number {
    return this.#alerts.length;
  }

  /** The alert that had to go, if one had to; it may be the new one. */
  push(alert: Alert): Alert | undefined {
    this.#alerts.push(alert);
    if (this.#alerts.length <= this.#maxLength) return undefined;
    const ranks = this.#alerts.map((each) => SEVERITIES.indexOf(severityOf(each)));
    const lowest = ranks.indexOf(Math.min(...ranks));
    return this.#alerts.splice(lowest, 1)[0];
  }

  shift(): Alert | undefined {
    return this.#alerts.shift();
  }

  /** Takes out all that is left. */
  drain(): readonly Alert[] {
    return this.#alerts.splice(0);
  }
}
