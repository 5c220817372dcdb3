// What was told of each counter, kept in the ledger so that a restart tells nothing twice.
import { type Sent, isSame } from './crossings.ts';
import type { AlertMemory } from './source.ts';

const PREFIX = 'alert/sent/';

export class SentMemory {
  readonly #memory: AlertMemory;
  readonly #sent = new Map<string, Sent>();

  constructor(memory: AlertMemory) {
    this.#memory = memory;
    for (const { key, value } of memory.documents(PREFIX)) {
      const sent = readSent(value);
      if (sent) this.#sent.set(key.slice(PREFIX.length), sent);
    }
  }

  get(counterKey: string): Sent | undefined {
    return this.#sent.get(counterKey);
  }

  counterKeys(): Iterable<string> {
    return this.#sent.keys();
  }

  /** Undefined: forgets. A ledger that cannot be written is made good when the memory next changes. */
  set(counterKey: string, sent: Sent | undefined): void {
    if (isSame(this.#sent.get(counterKey), sent)) return;
    if (sent) this.#sent.set(counterKey, sent);
    else this.#sent.delete(counterKey);
    this.#memory.put(`${PREFIX}${counterKey}`, sent ?? null).catch(() => undefined);
  }
}

/** Undefined for what another version wrote: the worst is an alert told again. */
function readSent(value: unknown): Sent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { period, marks } = value as Partial<Sent>;
  const isSent = typeof period === 'number' && typeof marks === 'object' && marks !== null;
  return isSent ? { period, marks } : undefined;
}
