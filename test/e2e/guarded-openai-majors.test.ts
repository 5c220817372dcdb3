// Two older major versions of the OpenAI SDK behind the guarded fetch: every style, every ending.
import { afterEach, describe, expect, test } from 'vitest';
import * as openai5 from 'openai-5';
import * as openai6 from 'openai-6';
import { aborted, cut, denied, failed, granted } from '../support/call-outcomes.ts';
import { callStyles } from '../support/call-styles.ts';
import {
  type GuardedFake,
  type GuardedFakeOptions,
  type Sdk,
  startGuardedFake,
} from '../support/guarded-fake.ts';

let it: GuardedFake | undefined;
afterEach(() => it?.[Symbol.asyncDispose]());

// Of another version, and used in the same way.
const versions: readonly (readonly [string, unknown])[] = [
  ['openai 6', openai6],
  ['openai 5', openai5],
];

describe.each(versions)('%s', (_, version) => {
  const sdk = version as Sdk;
  const start = async (options: GuardedFakeOptions = {}): Promise<GuardedFake> => {
    it = await startGuardedFake({ ...options, sdk });
    return it;
  };

  test('is itself', () => {
    expect(sdk.OpenAI).toBeTypeOf('function');
  });

  describe.each(callStyles)('$name', (style) => {
    test('granted', async () => {
      await granted(await start(), style);
    });

    test('denied', async () => {
      await denied(await start(), style);
    });

    test('HTTP 500', async () => {
      const script = () => ({ error: { status: 500 }, headers: { 'retry-after-ms': '1' } });
      await failed(await start({ script }), style, 500);
    });

    test('aborted before the answer', async () => {
      await aborted(await start({ script: () => ({ hold: new Promise(() => {}) }) }), style);
    });
  });

  describe.each(callStyles.filter(({ streams }) => streams))('$name', (style) => {
    test('cut', async () => {
      const cutAfterChunks = style.chunks ?? 12;
      await cut(await start({ script: () => ({ cutAfterChunks }), maxRetries: 0 }), style);
    });
  });
});
