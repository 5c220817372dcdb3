// What every style of call must be, in each way that it can end.
import { BudgetExceededError } from '@spendfuse/guard';
import { until } from '@spendfuse/testkit';
import { expect } from 'vitest';
import type { CallStyle } from './call-styles.ts';
import type { GuardedFake } from './guarded-fake.ts';
import { denial, grant, MODEL_MAX_OUTPUT } from './recording-authority.ts';

/** The program sees what it would see without us, and the bill is recorded. */
export async function granted(
  { guarded, plain, guardedFake, plainFake, authority }: GuardedFake,
  { run, estimated, form }: CallStyle,
): Promise<void> {
  const seen = await run(guarded);
  // The commit is there when the program goes on.
  expect(authority.commits).toHaveLength(1);
  expect(shape(seen)).toEqual(shape(await run(plain)));
  const [call] = guardedFake.calls;
  const [commit] = authority.commits;
  const { inputTokens = -1, outputTokens = -1 } = call ?? {};
  if (form) expect(call?.body).toEqual(plainFake.calls[0]?.body);
  if (estimated) {
    expect(commit?.usageSource).toBe('estimated');
    expect(commit?.usage.inputTokens).toBeGreaterThanOrEqual(inputTokens);
    expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(outputTokens);
    expectWithinHold(authority);
  } else {
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens, outputTokens },
    });
  }
  expect(commit?.id).toBe(authority.reserves[0]?.id);
  expect(authority.releases).toEqual([]);
}

/** Our error after one attempt, and nothing reaches the provider. */
export async function denied(
  { guarded, guardedFake, authority }: GuardedFake,
  { run, wraps }: CallStyle,
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
export async function failed(
  { guarded, plain, authority, guardedFake }: GuardedFake,
  { run }: CallStyle,
  status: number,
): Promise<void> {
  const error = await errorOf(() => run(guarded));
  const expected = await errorOf(() => run(plain));
  expect(String(error)).toBe(String(expected));
  const attempts = status === 401 ? 1 : 3;
  expect(guardedFake.calls).toHaveLength(attempts);
  expect(new Set(authority.reserves.map(({ id }) => id)).size).toBe(attempts);
  await until(() => authority.releases.length === attempts, { what: 'the releases' });
  expect(authority.releases.every(({ sent }) => sent)).toBe(true);
  expect(authority.commits).toEqual([]);
}

/** Before the answer, by the program: charged with what was reserved. */
export async function aborted(
  { guarded, guardedFake, authority }: GuardedFake,
  { run }: CallStyle,
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
export async function cut(
  { guarded, guardedFake, authority }: GuardedFake,
  { run }: CallStyle,
): Promise<void> {
  await errorOf(() => run(guarded));
  await until(() => authority.commits.length === 1, { what: 'the commit' });
  const [commit] = authority.commits;
  expect(commit?.usageSource).toBe('estimated');
  expect(commit?.usage.outputTokens).toBeGreaterThanOrEqual(guardedFake.calls[0]!.outputTokens);
  expectWithinHold(authority);
}

function expectWithinHold({ reserves, commits }: GuardedFake['authority']): void {
  const reserved = grant(reserves[0]!);
  const { inputTokens, outputTokens } = commits[0]!.usage;
  expect(inputTokens + outputTokens).toBeLessThanOrEqual(
    reserved.kind === 'granted' ? reserved.held.tokens : 0,
  );
}

/**
 * Without what the provider adds when it is asked for usage: `usage: null` on the other chunks, and
 * padding of another length.
 */
function shape(seen: unknown): unknown {
  return JSON.parse(JSON.stringify(seen), (key, value: unknown) =>
    key === 'obfuscation' || (key === 'usage' && value === null) ? undefined : value,
  );
}

export async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}
