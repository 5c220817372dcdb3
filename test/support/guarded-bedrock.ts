// A fake Bedrock with a guarded fetch in front of it.
import { type FakeBedrock, type FakeBedrockScript, startFakeBedrock } from '@spendfuse/testkit';
import type { RecordingAuthority } from './recording-authority.ts';
import { guardOrigin, type RecordingGuardOptions } from './recording-guard.ts';

export interface GuardedBedrock extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly fake: FakeBedrock;
  readonly fetch: typeof fetch;
  /** Asks a model: the body is sent as JSON. */
  post(path: string, body: unknown): Promise<Response>;
}

export interface GuardedBedrockOptions extends RecordingGuardOptions {
  readonly script?: FakeBedrockScript;
}

export async function startGuardedBedrock(
  options: GuardedBedrockOptions = {},
): Promise<GuardedBedrock> {
  const { script, ...guard } = options;
  const fake = await startFakeBedrock(script ? { script } : {});
  const provider = 'aws.bedrock';
  const { authority, guardedFetch } = guardOrigin(fake.origin, { ...guard, provider });
  return {
    authority,
    fake,
    fetch: guardedFetch,
    post: (path, body) =>
      guardedFetch(fake.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => fake.close(),
  };
}
