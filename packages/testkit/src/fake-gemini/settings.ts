// The options of the fake with their defaults filled in.
import type { FakePrices } from '../fake-openai/billing.ts';

export interface Settings {
  readonly outputTokens: number;
  readonly prices: FakePrices;
  readonly apiKey: string | undefined;
  readonly now: () => number;
}
