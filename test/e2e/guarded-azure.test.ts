// The real AzureOpenAI class of three major versions behind the guarded fetch.
import { AzureOpenAI, OpenAI } from 'openai';
import * as openai5 from 'openai-5';
import * as openai6 from 'openai-6';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/call-endings.ts';
import { everyStyle } from '../support/call-outcomes.ts';
import { callStyles } from '../support/call-styles.ts';
import {
  type GuardedOpenAIOptions,
  type Sdk,
  startGuardedOpenAI,
} from '../support/guarded-openai.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';
import { grant } from '../support/recording-authority.ts';

// The others are of another version, and used in the same way.
const versions: readonly (readonly [string, unknown])[] = [
  ['openai 7', { OpenAI, AzureOpenAI }],
  ['openai 6', openai6],
  ['openai 5', openai5],
];
const styles = callStyles.filter(({ onlyOpenAI }) => !onlyOpenAI);

describe.each(versions)('%s', (_, version) => {
  const start = oneAtATime((options: GuardedOpenAIOptions = {}) =>
    startGuardedOpenAI({ deployments: {}, ...options, sdk: version as Sdk }),
  );

  everyStyle({ start, styles, provider: 'azure.ai.openai', statuses: [] });

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
