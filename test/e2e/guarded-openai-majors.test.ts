// Two older major versions of the OpenAI SDK behind the guarded fetch: every style, every ending.
import { describe, expect, test } from 'vitest';
import * as openai5 from 'openai-5';
import * as openai6 from 'openai-6';
import { everyStyle } from '../support/call-outcomes.ts';
import { callStyles } from '../support/call-styles.ts';
import {
  type GuardedOpenAIOptions,
  type Sdk,
  startGuardedOpenAI,
} from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';

// Of another version, and used in the same way.
const versions: readonly (readonly [string, unknown])[] = [
  ['openai 6', openai6],
  ['openai 5', openai5],
];

describe.each(versions)('%s', (_, version) => {
  const sdk = version as Sdk;
  const start = oneAtATime((options: GuardedOpenAIOptions = {}) =>
    startGuardedOpenAI({ ...options, sdk }),
  );

  test('is itself', () => {
    expect(sdk.OpenAI).toBeTypeOf('function');
  });

  everyStyle({ start, styles: callStyles, provider: 'openai', statuses: [500] });
});
