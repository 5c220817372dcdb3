// The options of the fake with their defaults filled in.

import type { FakePrices } from './billing.ts';

export interface Settings {
  readonly outputTokens: number;
  readonly prices: FakePrices;
  readonly snapshots: Readonly<Record<string, string>>;
  readonly usageNullOnChunks: boolean;
  readonly apiKey: string | undefined;
  readonly now: () => number;
  /** Deployment of Azure → the model it runs. */
  readonly deployments: Readonly<Record<string, string>>;
  /** Path → body of what can be read later. */
  readonly stored: Map<string, unknown>;
}
