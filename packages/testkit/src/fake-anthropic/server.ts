// A fake api.anthropic.com: an HTTP server that speaks the real wire, follows a script, keeps a bill.

import {
  DEFAULT_OUTPUT_TOKENS,
  type Fake,
  type FakeOptions,
  startFake,
} from '../fake-provider/fake.ts';
import { speechOf } from './plan.ts';
import type { FakeAnthropicCall, FakeAnthropicScript } from './reply.ts';

export interface FakeAnthropicOptions extends FakeOptions<FakeAnthropicScript> {
  /** Dated ids that replies name instead of the requested model; other models keep their name. */
  readonly snapshots?: Readonly<Record<string, string>>;
  /** If set, requests without this key get 401; default: any or none will do. */
  readonly apiKey?: string;
}

/** Its origin is the `baseURL` of an SDK. */
export type FakeAnthropic = Fake<FakeAnthropicCall, FakeAnthropicScript>;

const SNAPSHOTS: Readonly<Record<string, string>> = {
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
};
const MODELS = ['claude-haiku-4-5-20251001', 'claude-sonnet-4-6'];

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export function startFakeAnthropic(options: FakeAnthropicOptions = {}): Promise<FakeAnthropic> {
  const { snapshots = SNAPSHOTS } = options;
  const known = Object.keys(options.prices ?? {});
  const speech = speechOf({
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    models: known.length > 0 ? known : MODELS,
    snapshots,
    apiKey: options.apiKey,
  });
  return startFake({ options, speech, snapshots });
}
