// A fake provider with a guarded fetch in front of it, and a second one without, for comparison.
import type { FakeProvider } from '@spendfuse/testkit';
import type { RecordingAuthority } from './recording-authority.ts';
import { guardOrigin, type RecordingGuardOptions } from './recording-guard.ts';

type FakeServer = Pick<FakeProvider, 'origin' | 'close'>;

export interface GuardedFake<Client, Fake> extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly guardedFake: Fake;
  readonly plainFake: Fake;
  readonly guardedFetch: typeof fetch;
  /** Made while `globalThis.fetch` was the guarded one, as in a program under the preload. */
  readonly guarded: Client;
  readonly plain: Client;
}

export interface GuardedFakeOptions<Client, Fake> extends RecordingGuardOptions {
  /** As in `gen_ai.provider.name`. */
  readonly provider: string;
  /** Called for both: given the same calls in the same order, they are to say the same to the byte. */
  readonly startFake: () => Promise<Fake>;
  readonly clientOf: (fake: Fake) => Client;
  /** The SDK looks `fetch` up for every call: until the end the global one is guarded. */
  readonly looksFetchUp?: boolean;
}

export async function startGuardedFake<Client, Fake extends FakeServer>(
  options: GuardedFakeOptions<Client, Fake>,
): Promise<GuardedFake<Client, Fake>> {
  const { startFake, clientOf, looksFetchUp = false, ...guard } = options;
  const [guardedFake, plainFake] = await Promise.all([startFake(), startFake()]);
  const { authority, guardedFetch } = guardOrigin(guardedFake.origin, guard);
  const original = globalThis.fetch;
  globalThis.fetch = guardedFetch;
  const guarded = clientOf(guardedFake);
  if (!looksFetchUp) globalThis.fetch = original;
  return {
    authority,
    guardedFake,
    plainFake,
    guardedFetch,
    guarded,
    plain: clientOf(plainFake),
    async [Symbol.asyncDispose]() {
      if (looksFetchUp) globalThis.fetch = original;
      await Promise.all([guardedFake.close(), plainFake.close()]);
    },
  };
}
