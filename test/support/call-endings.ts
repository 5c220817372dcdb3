// What every style of call must be where it does not end as it should, whatever the SDK and the provider.
import { BudgetExceededError } from '@spendfuse/guard';
import { until } from '@spendfuse/testkit';
import { expect } from 'vitest';
import type { GuardedFake } from './guarded-fake.ts';
import { denial, grant, MODEL_MAX_OUTPUT, type RecordingAuthority } from './recording-authority.ts';

interface Called<Client>
  extends GuardedFake<Client, { readonly calls: readonly { readonly outputTokens: number }[] }> {}

/** A way to call an SDK. */
export interface Callable<Client> {
  readonly run: (client: Client, signal?: AbortSignal) => Promise<unknown>;
  /** The SDK wraps errors of others, and keeps them as the cause. */
  readonly wraps?: boolean | undefined;
}

/** Our error after one attempt, and nothing reaches the provider. */
export async function denied<Client>(
  { guarded, guardedFake, authority }: Called<Client>,
  { run, wraps }: Callable<Client>,
): Promise<void> {
  authority.decide = () => denial;
  const error = await errorOf(() => run(guarded));
  if (!wraps) expect(error).toBeInstanceOf(BudgetExceededError);
  expect(BudgetExceededError.from(error)).toMatchObject({ reason: 'EXHAUSTED' });
  expect(authority.reserves).toHaveLength(1);
  expect(guardedFake.calls).toHaveLength(0);
  expect(authority.commits).toEqual([]);
}

/** The SDK's own error, and every attempt is released as sent. */
export async function failed<Client>(
  { guarded, plain, authority, guardedFake }: Called<Client>,
  { run }: Callable<Client>,
  { attempts }: { readonly attempts: number },
): Promise<void> {
  const error = await errorOf(() => run(guarded));
  expect(String(error)).toBe(String(await errorOf(() => run(plain))));
  expect(guardedFake.calls).toHaveLength(attempts);
  expect(new Set(authority.reserves.map(({ id }) => id)).size).toBe(attempts);
  await until(() => authority.releases.length === attempts, { what: 'the releases' });
  expect(authority.releases.every(({ sent }) => sent)).toBe(true);
  expect(authority.commits).toEqual([]);
}

/** Before the answer, by the program: charged with what was reserved. */
export async function aborted<Client>(
  { guarded, guardedFake, authority }: Called<Client>,
  { run }: Callable<Client>,
): Promise<void> {
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
}

/** A lost connection is charged for the output seen, and never more than was reserved. */
export async function cut<Client>(
  { guarded, guardedFake, authority }: Called<Client>,
  { run }: Callable<Client>,
): Promise<void> {
  await errorOf(() => run(guarded));
  await until(() => authority.commits.length === 1, { what: 'the commit' });
  const [commit] = authority.commits;
  expect(commit?.usageSource).toBe('estimated');
  expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(guardedFake.calls[0]!.outputTokens);
  expectWithinHold(authority);
}

/** No more is charged than was reserved. */
export function expectWithinHold({ reserves, commits }: RecordingAuthority): void {
  const reserved = grant(reserves[0]!);
  const { inputTokens, outputTokens } = commits[0]!.usage;
  expect(inputTokens + outputTokens).toBeLessThanOrEqual(
    reserved.kind === 'granted' ? reserved.held.tokens : 0,
  );
}

/** @throws Error where nothing is thrown. */
export async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}
