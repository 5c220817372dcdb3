// The life of the policy: read at the start, swapped as a whole when something changes, kept in the store.
import { randomBytes } from 'node:crypto';
import { type Clock, mintId } from '@spendfuse/core';
import type { AdminMeta, EntryMeta } from './entry.ts';
import { type Policy, policyOf, type PolicySources } from './policy.ts';
import {
  ANCHOR,
  asDocument,
  OVERRIDE,
  type PolicyDocuments,
  readPolicyDocuments,
} from './policy-documents.ts';
import type { Store } from './stores/store.ts';

export interface PolicyInForceOptions {
  readonly sources: PolicySources;
  readonly store: Pick<Store<EntryMeta>, 'documents' | 'put' | 'ready'>;
  readonly clock: Clock;
  /** Another policy is in force from now on. */
  readonly onSwap: () => void;
}

/** A document that is kept, or removed (`null`), and who does that. */
export interface PolicyChange {
  readonly key: string;
  readonly value: unknown;
  readonly act: string;
  readonly by: string;
}

/** How long an override that is over can still be looked up. */
const KEEP_ENDED_MS = 24 * 3_600_000;
const MOST_REMOVED_AT_ONCE = 100;

/**
 * Contract: whoever reads `now` twice in one turn of the event loop reads the same. A change that is
 * refused leaves everything as it was.
 */
export class PolicyInForce {
  readonly #options: PolicyInForceOptions;
  #sources: PolicySources;
  #documents: PolicyDocuments;
  #now: Policy;
  /** What the store holds may be something else than what was read. */
  #stale = false;

  /** @throws SpendfuseError `CONFIG` where two limits would be one counter. */
  constructor(options: PolicyInForceOptions) {
    const { sources, store, clock } = options;
    this.#options = options;
    this.#sources = sources;
    this.#documents = readPolicyDocuments(store);
    this.#now = policyOf({ sources, documents: this.#documents, nowMs: clock.now() });
    this.#keepAnchors();
  }

  now(): Policy {
    return this.#now;
  }

  /** @throws SpendfuseError `CONFIG` where two limits would be one counter; nothing has changed then. */
  configure(sources: Omit<PolicySources, 'flags'>): void {
    this.#swap({ ...this.#sources, ...sources }, this.#documents);
  }

  /** What the policy would be with other documents. @throws SpendfuseError `CONFIG` as `configure` */
  check(documents: Partial<PolicyDocuments>): void {
    const nowMs = this.#options.clock.now();
    policyOf({ sources: this.#sources, documents: { ...this.#documents, ...documents }, nowMs });
  }

  /** Resolves when the change is durable and in force. @throws SpendfuseError `UNAVAILABLE` */
  async change(change: PolicyChange): Promise<void> {
    await this.#put(change);
    this.#read();
  }

  async #put({ key, value, act, by }: PolicyChange): Promise<void> {
    const { store, clock } = this.#options;
    const nowMs = clock.now();
    const id = mintId({ nowMs, random: randomBytes(10) });
    const meta: AdminMeta = { kind: 'admin', act, by };
    try {
      await store.put({ id, nowMs, key, value: asDocument(value), meta });
    } catch (error) {
      // It may have become durable all the same: the store says so when it is ready again.
      this.#stale = true;
      throw error;
    }
  }

  /** To be called every second: catches up with the store, removes what is long over. */
  async keepHouse(): Promise<void> {
    if (!this.#options.store.ready()) return;
    if (this.#stale) this.#read();
    const endedMs = this.#options.clock.now() - KEEP_ENDED_MS;
    const ended = this.#documents.allowances.filter(({ untilMs = Infinity }) => untilMs <= endedMs);
    for (const { id } of ended.slice(0, MOST_REMOVED_AT_ONCE)) {
      const key = `${OVERRIDE}${id}`;
      await this.change({ key, value: null, act: 'removed an override that was over', by: SELF });
    }
  }

  #read(): void {
    this.#stale = true;
    const documents = readPolicyDocuments(this.#options.store);
    this.#stale = false;
    this.#swap(this.#sources, documents);
  }

  #swap(sources: PolicySources, documents: PolicyDocuments): void {
    const { clock, onSwap } = this.#options;
    this.#now = policyOf({ sources, documents, nowMs: clock.now() });
    this.#sources = sources;
    this.#documents = documents;
    this.#keepAnchors();
    onSwap();
  }

  /** They are in memory at once and durable before any answer that rests on them. */
  #keepAnchors(): void {
    const { anchored } = this.#now;
    if (anchored.size === 0) return;
    for (const [id, anchorMs] of anchored) {
      const act = `began the fixed windows of ${id}`;
      const change = { key: `${ANCHOR}${id}`, value: { anchorMs }, act, by: SELF };
      void this.#put(change).catch(() => undefined);
    }
    const anchors = new Map([...this.#documents.anchors, ...anchored]);
    this.#documents = { ...this.#documents, anchors };
  }
}

const SELF = 'spendfuse';
