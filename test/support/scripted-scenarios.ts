// What every SDK has to do behind the guarded fetch, whatever it speaks: granted, denied, failed, cut.
import type { ScriptedProvider, ScriptedReply } from '@spendfuse/testkit';
import { until } from '@spendfuse/testkit';
import { describe, expect, test } from 'vitest';
import { aborted, cut, denied, failed } from './call-endings.ts';
import type { GuardedFake } from './guarded-fake.ts';
import { MODEL_MAX_OUTPUT } from './recording-authority.ts';

/** One way to call an SDK; resolves with what the program has seen of the answer. */
export interface Style<Client> {
  readonly name: string;
  readonly run: (client: Client, signal?: AbortSignal) => Promise<unknown>;
  readonly streams?: boolean;
  /** The provider charges no tokens of output for it. */
  readonly hasNoOutput?: boolean;
  /** What is asked of the budget; default: the model that the fake was asked for. */
  readonly model: string;
  /** Its SDK has no way to abort it. */
  readonly cannotAbort?: boolean;
}

/** Starts fakes that answer so, one pair at a time. */
export type Start<Client> = (
  reply?: ScriptedReply,
) => Promise<GuardedFake<Client, ScriptedProvider>>;

export interface ScenarioOptions<Client> {
  readonly start: Start<Client>;
  readonly provider: string;
  readonly styles: readonly Style<Client>[];
  /** The program gets our error itself; else one that carries it. */
  readonly throwsOurs: boolean;
}

export function scenarios<Client>(options: ScenarioOptions<Client>): void {
  const { start, styles } = options;
  describe('every style of call', () => {
    describe.each(styles)('$name', (style) => answered(style, options));
    const abortable = styles.filter(({ cannotAbort }) => !cannotAbort);
    describe.each(abortable)('$name', (style) => {
      test('aborted before the answer: charged what was reserved', async () => {
        await aborted(await start({ isHeld: true }), style);
      });
    });
    const streamed = styles.filter(({ streams, hasNoOutput }) => streams && !hasNoOutput);
    describe.each(streamed)('$name', (style) => brokenOff(start, style));
  });
}

function answered<Client>(
  { run, model, hasNoOutput }: Style<Client>,
  { start, provider, throwsOurs }: ScenarioOptions<Client>,
): void {
  test('granted: the program sees what it would see without us, and the bill is recorded', async () => {
    const { guarded, plain, guardedFake, authority } = await start({ thinkingTokens: 5 });
    const seen = await run(guarded);
    // The commit is there when the program goes on.
    expect(authority.commits).toHaveLength(1);
    expect(seen).toEqual(await run(plain));
    expect(seen).toBeTruthy();
    const [call] = guardedFake.calls;
    const [commit] = authority.commits;
    const [reserve] = authority.reserves;
    expect(commit).toMatchObject({ id: reserve?.id, usageSource: 'provider' });
    expect(commit?.usage.outputTokens).toBe(hasNoOutput ? 0 : call?.outputTokens);
    expect(commit!.usage.inputTokens).toBeLessThanOrEqual(reserve!.estimate.inputBound.tokens);
    expect(reserve?.call).toMatchObject({ provider, model });
    expect(authority.releases).toEqual([]);
  });

  test('denied: our error after one attempt, and nothing reaches the provider', async () => {
    await denied(await start(), { run, wraps: !throwsOurs });
  });

  test.each([400, 401, 422])('HTTP %i is released as sent', async (status) => {
    await failed(await start({ status }), { run }, { attempts: 1 });
  });
}

function brokenOff<Client>(start: Start<Client>, { run }: Style<Client>): void {
  test('cut: charged for what was made, within the hold', async () => {
    await cut(await start({ cutAfter: 6, thinkingTokens: 3 }), { run });
  });

  test('an error inside the stream, behind some output', async () => {
    const { guarded, guardedFake, authority } = await start({ errorAfter: 6 });
    await run(guarded).catch(() => {});
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    const { outputTokens } = authority.commits[0]!.usage;
    expect(outputTokens).toBeGreaterThanOrEqual(guardedFake.calls[0]!.outputTokens);
    expect(outputTokens).toBeLessThan(MODEL_MAX_OUTPUT);
  });
}
