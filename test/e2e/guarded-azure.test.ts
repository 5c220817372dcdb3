// The real AzureOpenAI class of three major versions behind the guarded fetch.
import { AzureOpenAI, OpenAI } from 'openai';
import * as openai5 from 'openai-5';
import * as openai6 from 'openai-6';
import { afterEach, describe, expect, test } from 'vitest';
import { aborted, cut, denied, errorOf, granted } from '../support/call-outcomes.ts';
import { callStyles } from '../support/call-styles.ts';
import {
  type GuardedFake,
  type GuardedFakeOptions,
  type Sdk,
  startGuardedFake,
} from '../support/guarded-fake.ts';
import { grant } from '../support/recording-authority.ts';

let it: GuardedFake | undefined;
afterEach(() => it?.[Symbol.asyncDispose]());

// The others are of another version, and used in the same way.
const versions: readonly (readonly [string, unknown])[] = [
  ['openai 7', { OpenAI, AzureOpenAI }],
  ['openai 6', openai6],
  ['openai 5', openai5],
];
const styles = callStyles.filter(({ onlyOpenAI }) => !onlyOpenAI);

describe.each(versions)('%s', (_, version) => {
  const start = async (options: GuardedFakeOptions = {}): Promise<GuardedFake> => {
    it = await startGuardedFake({ deployments: {}, ...options, sdk: version as Sdk });
    return it;
  };

  describe.each(styles)('$name', (style) => {
    test('granted', async () => {
      const guarded = await start();
      await granted(guarded, style);
      expect(guarded.authority.reserves[0]?.call.provider).toBe('azure.ai.openai');
    });

    test('denied', async () => {
      await denied(await start(), style);
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

  const messages = [{ role: 'user' as const, content: 'Hello, sea.' }];

  test('the deployment is reserved for, and the model that it runs is told with the bill', async () => {
    const { guarded, authority } = await start({ deployments: { prod: 'gpt-4o-mini' } });
    for await (const _chunk of await guarded.chat.completions.create({
      model: 'prod',
      messages,
      stream: true,
    }));
    expect(authority.reserves[0]?.call.model).toBe('prod');
    expect(authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      responseModel: 'gpt-4o-mini-2024-07-18',
    });
  });

  test('a downgrade goes to another deployment, in the path as well', async () => {
    const deployments = { prod: 'gpt-4o', small: 'gpt-4o-mini' };
    const { guarded, guardedFake, authority } = await start({ deployments });
    authority.decide = (request) => ({ ...grant(request), model: 'small' }) as never;
    await guarded.chat.completions.create({ model: 'prod', messages });
    await guarded.responses.create({ model: 'prod', input: 'Hello' });
    expect(guardedFake.calls.map(({ model }) => model)).toEqual(['gpt-4o-mini', 'gpt-4o-mini']);
    expect(guardedFake.calls[0]?.path).toBe('/openai/deployments/small/chat/completions');
    expect(authority.commits[0]).toMatchObject({
      call: { model: 'small' },
      responseModel: 'gpt-4o-mini-2024-07-18',
    });
  });

  test('a prompt that is filtered is charged for its input', async () => {
    const error = { status: 400, code: 'content_filter', message: 'The prompt was filtered' };
    const { guarded, plain, authority } = await start({ script: () => ({ error }) });
    const call = { model: 'prod', messages };
    const thrown = await errorOf(() => guarded.chat.completions.create(call));
    expect(String(thrown)).toBe(String(await errorOf(() => plain.chat.completions.create(call))));
    const { tokens } = authority.reserves[0]!.estimate.inputBound;
    expect(authority.releases).toEqual([]);
    expect(authority.commits).toMatchObject([
      { usageSource: 'estimated', usage: { inputTokens: tokens, outputTokens: 0 } },
    ]);
  });
});
