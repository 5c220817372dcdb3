// Fakes of Anthropic with an SDK in front of them, guarded and not.
import {
  type FakeAnthropic,
  type FakeAnthropicScript,
  startFakeAnthropic,
} from '@spendfuse/testkit';
import { type GuardedFake, startGuardedFake } from './guarded-fake.ts';
import type { RecordingGuardOptions } from './recording-guard.ts';

export type GuardedAnthropic<Client> = GuardedFake<Client, FakeAnthropic>;

export interface GuardedAnthropicOptions<Client> extends RecordingGuardOptions {
  /** Makes a client of one version of the SDK. */
  readonly clientOf: (options: ClientOptions) => Client;
  readonly script?: FakeAnthropicScript;
  readonly maxRetries?: number;
}

export interface ClientOptions {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly maxRetries: number;
}

export function startGuardedAnthropic<Client>(
  options: GuardedAnthropicOptions<Client>,
): Promise<GuardedAnthropic<Client>> {
  const { clientOf, script, maxRetries = 2, ...guard } = options;
  return startGuardedFake({
    ...guard,
    provider: 'anthropic',
    startFake: () => startFakeAnthropic(script ? { script } : {}),
    clientOf: ({ origin: baseURL }) => clientOf({ baseURL, apiKey: 'sk-ant-test', maxRetries }),
  });
}
