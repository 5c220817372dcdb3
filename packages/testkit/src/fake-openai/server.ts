// A fake OpenAI and Azure OpenAI: a server that speaks the real wire, follows a script, keeps a bill.

import {
  DEFAULT_OUTPUT_TOKENS,
  type Fake,
  type FakeOptions,
  startFake,
} from '../fake-provider/fake.ts';
import type { FakeCall } from '../fake-provider/reply.ts';
import { speechOf } from './plan.ts';
import type { FakeScript } from './reply.ts';

export interface FakeOpenAIOptions extends FakeOptions<FakeScript> {
  /**
   * Dated ids that replies name instead of the requested model, as the real service does;
   * default: the pairs seen in recorded traffic. Other models keep their name.
   */
  readonly snapshots?: Readonly<Record<string, string>>;
  /** With `include_usage`, other chunks say `usage: null`; default true, as the real one. */
  readonly usageNullOnChunks?: boolean;
  /** If set, requests without this bearer key get 401; default: any or none will do. */
  readonly apiKey?: string;
  /** Deployments of Azure and the models they run; default: each runs the model of its name. */
  readonly deployments?: Readonly<Record<string, string>>;
}

export interface FakeOpenAI extends Fake<FakeCall, FakeScript> {
  /** The origin with `/v1`: the `baseURL` of an SDK. */
  readonly baseUrl: string;
}

/** Pairs of requested and reported model in the recordings. */
const SNAPSHOTS: Readonly<Record<string, string>> = {
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-3.5-turbo-instruct': 'gpt-3.5-turbo-instruct:20230824-v2',
  'gpt-4': 'gpt-4-0613',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
};

/**
 * Starts the fake on 127.0.0.1.
 * @throws RangeError if a price is not a plain decimal.
 */
export async function startFakeOpenAI(options: FakeOpenAIOptions = {}): Promise<FakeOpenAI> {
  const { snapshots = SNAPSHOTS } = options;
  const speech = speechOf({
    outputTokens: options.outputTokens ?? DEFAULT_OUTPUT_TOKENS,
    models: Object.keys(options.prices ?? {}),
    snapshots,
    usageNullOnChunks: options.usageNullOnChunks ?? true,
    apiKey: options.apiKey,
    deployments: options.deployments ?? {},
    stored: new Map(),
  });
  const fake = await startFake({ options, speech, snapshots });
  return Object.assign(fake, { baseUrl: `${fake.origin}/v1` });
}
