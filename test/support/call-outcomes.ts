// Every style of calling OpenAI's SDK, in each way that it can end, as tests.
import { describe, expect, test } from 'vitest';
import { aborted, cut, denied, expectWithinHold, failed } from './call-endings.ts';
import type { CallStyle } from './call-styles.ts';
import type { GuardedOpenAI, GuardedOpenAIOptions } from './guarded-openai.ts';

export interface EveryStyle {
  readonly start: (options?: GuardedOpenAIOptions) => Promise<GuardedOpenAI>;
  readonly styles: readonly CallStyle[];
  /** That is reserved for, as in `gen_ai.provider.name`. */
  readonly provider: string;
  /** HTTP status codes to fail with. */
  readonly statuses: readonly number[];
}

export function everyStyle({ start, styles, provider, statuses }: EveryStyle): void {
  describe.each(styles)('$name', (style) => {
    test('granted', async () => {
      const guarded = await start();
      await granted(guarded, style);
      expect(guarded.authority.reserves[0]?.call.provider).toBe(provider);
    });

    test('denied', async () => {
      await denied(await start(), style);
    });

    test.each(statuses)('HTTP %i', async (status) => {
      const script = () => ({ error: { status }, headers: { 'retry-after-ms': '1' } });
      await failed(await start({ script }), style, { attempts: status === 401 ? 1 : 3 });
    });

    test('aborted before the answer', async () => {
      await aborted(await start({ script: () => ({ hold: new Promise(() => {}) }) }), style);
    });
  });

  describe.each(styles.filter(({ streams }) => streams))('$name', (style) => {
    test('cut', async () => {
      const cutAfterChunks = style.chunks ?? 12;
      await cut(await start({ script: () => ({ cutAfterChunks }), maxRetries: 0 }), style);
    });
  });
}

/** The program sees what it would see without us, and the bill is recorded. */
async function granted(
  { guarded, plain, guardedFake, plainFake, authority }: GuardedOpenAI,
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

/**
 * Without what the provider adds when it is asked for usage: `usage: null` on the other chunks, and
 * padding of another length.
 */
function shape(seen: unknown): unknown {
  return JSON.parse(JSON.stringify(seen), (key, value: unknown) =>
    key === 'obfuscation' || (key === 'usage' && value === null) ? undefined : value,
  );
}
