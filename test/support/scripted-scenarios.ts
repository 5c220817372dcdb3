// What every SDK has to do behind the guarded fetch, whatever it speaks: granted, denied, failed, cut.
import { BudgetExceededError } from '@spendfuse/guard';
import type { ScriptedProvider, ScriptedReply } from '@spendfuse/testkit';
import { until } from '@spendfuse/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { type GuardedScripted, startGuardedScripted } from './guarded-scripted.ts';
import { denial, grant, MODEL_MAX_OUTPUT } from './recording-authority.ts';

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

export interface ScenarioOptions<Client> {
  readonly provider: string;
  readonly startFake: (reply: ScriptedReply) => Promise<ScriptedProvider>;
  readonly clientOf: (origin: string) => Client;
  readonly styles: readonly Style<Client>[];
  /** The program gets our error itself; else one that carries it. */
  readonly throwsOurs: boolean;
}

export async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

export function scenarios<Client>(options: ScenarioOptions<Client>): void {
  const { styles } = options;
  describe('every style of call', () => {
    let it: GuardedScripted<Client>;
    const start: Start<Client> = async (reply = {}) => {
      const startFake = () => options.startFake(reply);
      it = await startGuardedScripted({ ...options, startFake });
      return it;
    };
    afterEach(async () => {
      await it[Symbol.asyncDispose]();
    });
    describe.each(styles)('$name', (style) => answered(start, { ...options, style }));
    const abortable = styles.filter(({ cannotAbort }) => !cannotAbort);
    describe.each(abortable)('$name', (style) => aborted(start, style));
    const streamed = styles.filter(({ streams, hasNoOutput }) => streams && !hasNoOutput);
    describe.each(streamed)('$name', (style) => brokenOff(start, style));
  });
}

type Start<Client> = (reply?: ScriptedReply) => Promise<GuardedScripted<Client>>;

interface Answered<Client> extends Pick<ScenarioOptions<Client>, 'provider' | 'throwsOurs'> {
  readonly style: Style<Client>;
}

function answered<Client>(
  start: Start<Client>,
  { provider, throwsOurs, style: { run, model, hasNoOutput } }: Answered<Client>,
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
    const { guarded, guardedFake, authority } = await start();
    authority.decide = () => denial;
    const error = await errorOf(() => run(guarded));
    if (throwsOurs) expect(error).toBeInstanceOf(BudgetExceededError);
    expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
    expect(authority.reserves).toHaveLength(1);
    expect(guardedFake.calls).toHaveLength(0);
    expect(authority.commits).toEqual([]);
  });

  test.each([400, 401, 422])('HTTP %i is released as sent', async (status) => {
    const { guarded, plain, guardedFake, authority } = await start({ status });
    const error = await errorOf(() => run(guarded));
    expect(String(error)).toBe(String(await errorOf(() => run(plain))));
    expect(guardedFake.calls).toHaveLength(1);
    await until(() => authority.releases.length === 1, { what: 'the release' });
    expect(authority.releases[0]).toMatchObject({ sent: true });
    expect(authority.commits).toEqual([]);
  });
}

function aborted<Client>(start: Start<Client>, { run }: Style<Client>): void {
  test('aborted before the answer: charged what was reserved', async () => {
    const { guarded, guardedFake, authority } = await start({ isHeld: true });
    const controller = new AbortController();
    const running = errorOf(() => run(guarded, controller.signal));
    await until(() => guardedFake.calls.length === 1, { what: 'the request' });
    controller.abort();
    await running;
    await until(() => authority.commits.length === 1, { what: 'the commit' });
    const [reserve] = authority.reserves;
    const { inputBound, maxOutputTokens = MODEL_MAX_OUTPUT, choices } = reserve!.estimate;
    expect(authority.commits[0]).toMatchObject({
      id: reserve?.id,
      usageSource: 'estimated',
      usage: { inputTokens: inputBound.tokens, outputTokens: maxOutputTokens * choices },
    });
  });
}

function brokenOff<Client>(start: Start<Client>, { run }: Style<Client>): void {
  test('cut: charged for what was made, within the hold', async () => {
    const { guarded, guardedFake, authority } = await start({ cutAfter: 6, thinkingTokens: 3 });
    await errorOf(() => run(guarded));
    await until(() => authority.commits.length >= 1, { what: 'the commit' });
    const [commit] = authority.commits;
    const reserved = grant(authority.reserves[0]!);
    expect(commit?.usageSource).toBe('estimated');
    const { inputTokens, outputTokens } = commit!.usage;
    expect(outputTokens).toBeGreaterThanOrEqual(guardedFake.calls[0]!.outputTokens);
    expect(inputTokens + outputTokens).toBeLessThanOrEqual(
      reserved.kind === 'granted' ? reserved.held.tokens : 0,
    );
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
