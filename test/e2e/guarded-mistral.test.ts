// The real Mistral SDK behind the guarded fetch, two major versions of it.
import { Mistral } from '@mistralai/mistralai';
import { BudgetExceededError } from '@spendfuse/guard';
import { FAKE_AUDIO_SECONDS, type ScriptedReply, startFakeMistral } from '@spendfuse/testkit';
import { Mistral as Mistral1 } from 'mistral-1';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/call-endings.ts';
import { collect } from '../support/collect.ts';
import { startGuardedFake } from '../support/guarded-fake.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { denial, grant } from '../support/recording-authority.ts';
import { scenarios, type Start, type Style } from '../support/scripted-scenarios.ts';

const model = 'mistral-small-latest';
const messages = [{ role: 'user' as const, content: 'Hello, sea.' }];

const abortable = (signal: AbortSignal | undefined) =>
  signal ? { fetchOptions: { signal } } : undefined;

const styles: readonly Style<Mistral>[] = [
  {
    name: 'chat.complete',
    model,
    run: (client, signal) => client.chat.complete({ model, messages }, abortable(signal)),
  },
  {
    name: 'chat.stream',
    model,
    streams: true,
    run: async (client, signal) =>
      collect(await client.chat.stream({ model, messages }, abortable(signal))),
  },
  {
    name: 'agents.stream',
    model: 'ag:1234:tides',
    streams: true,
    run: async (client, signal) =>
      collect(
        await client.agents.stream({ agentId: 'ag:1234:tides', messages }, abortable(signal)),
      ),
  },
  {
    name: 'fim.complete',
    model: 'codestral-latest',
    run: (client, signal) =>
      client.fim.complete(
        { model: 'codestral-latest', prompt: 'def tide(', suffix: 'return height' },
        abortable(signal),
      ),
  },
  {
    name: 'embeddings.create',
    model: 'mistral-embed',
    hasNoOutput: true,
    run: (client, signal) =>
      client.embeddings.create({ model: 'mistral-embed', inputs: ['sea'] }, abortable(signal)),
  },
];

const versions = [
  ['@mistralai/mistralai 2', Mistral],
  ['@mistralai/mistralai 1', Mistral1 as unknown as typeof Mistral],
] as const;

const startOf = (Client: typeof Mistral): Start<Mistral> =>
  oneAtATime((reply: ScriptedReply = {}) =>
    startGuardedFake({
      provider: 'mistral_ai',
      startFake: () => startFakeMistral({ script: () => reply }),
      clientOf: ({ origin: serverURL }) => new Client({ apiKey: 'key', serverURL }),
      looksFetchUp: true,
    }),
  );

describe.each(versions)('%s', (_, Client) => {
  const start = startOf(Client);
  scenarios({ start, provider: 'mistral_ai', styles, throwsOurs: false });
  describe('and besides', () => more(start));
});

function more(start: Start<Mistral>): void {
  test('the refusal is the cause of what the SDK throws, and its text is told', async () => {
    const { guarded, authority } = await start();
    authority.decide = () => denial;
    const error = await errorOf(() => guarded.chat.complete({ model, messages }));
    expect(error).not.toBeInstanceOf(BudgetExceededError);
    expect(error).toMatchObject({ cause: expect.any(BudgetExceededError) });
    expect(String(error)).toContain('team-daily');
  });

  test('a clamp lowers max_tokens, the only name of the limit that is taken', async () => {
    const { guarded, authority, guardedFake } = await start();
    authority.decide = (request) =>
      ({ ...grant(request), model: 'ministral-8b-latest', maxOutputTokens: 20 }) as never;
    await collect(await guarded.chat.stream({ model, messages }));
    const { json } = guardedFake.calls[0]!;
    expect(json).toMatchObject({ model: 'ministral-8b-latest', max_tokens: 20, stream: true });
    expect(json).not.toHaveProperty('max_completion_tokens');
  });

  test('cached input is a part of the input', async () => {
    const { guarded, authority, guardedFake } = await start({ cachedTokens: 3 });
    await guarded.chat.complete({ model, messages });
    const { inputTokens } = guardedFake.calls[0]!;
    expect(authority.commits[0]?.usage).toMatchObject({ inputTokens, cacheReadTokens: 3 });
  });

  test.each([false, true])(
    'a transcription is charged its seconds, streamed: %s',
    async (isStream) => {
      const { guarded, plain, authority } = await start();
      const run = async ({ audio: { transcriptions } }: Mistral) => {
        const file = { fileName: 'tide.mp3', content: new Uint8Array(40_000) };
        const request = { model: 'voxtral-mini-latest', file };
        if (isStream) return collect(await transcriptions.stream(request));
        return transcriptions.complete(request);
      };
      expect(await run(guarded)).toEqual(await run(plain));
      const { estimate, call } = authority.reserves[0]!;
      expect(call).toMatchObject({ model: 'voxtral-mini-latest', operation: 'transcription' });
      expect(estimate).toMatchObject({ inputBound: { tokens: 50 }, maxOutputTokens: 0 });
      expect(authority.commits[0]).toMatchObject({
        usageSource: 'provider',
        usage: {
          inputTokens: FAKE_AUDIO_SECONDS,
          inputAudioTokens: FAKE_AUDIO_SECONDS,
          outputTokens: 0,
        },
      });
    },
  );
}
