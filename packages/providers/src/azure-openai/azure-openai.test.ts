// Azure OpenAI: the deployment in the path, and what differs from OpenAI.
import { describe, expect, test } from 'vitest';
import type { Metered } from '../provider.ts';
import { azureOpenai } from './index.ts';

const CHAT = '/openai/deployments/my%20gpt/chat/completions';

function matched(path: string): Metered {
  const match = azureOpenai.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is ${match.kind}`);
  return match;
}

test.each([
  [CHAT, 'chat.completions', 'my gpt'],
  ['/openai/deployments/a/embeddings', 'embeddings', 'a'],
  ['/openai/deployments/a/images/generations', 'images.generations', 'a'],
  ['/openai/deployments/a/audio/transcriptions', 'audio.transcriptions', 'a'],
  ['/openai/deployments/%E0/chat/completions', 'chat.completions', '%E0'],
  ['/openai/v1/chat/completions', 'chat.completions', undefined],
  ['/openai/v1/responses', 'responses', undefined],
  ['/openai/responses', 'responses', undefined],
])('%s is %s of %s', (path, api, model) => {
  const { api: found, model: deployment } = matched(path);
  expect([found, deployment]).toEqual([api, model]);
});

test.each([
  ['GET', '/openai/deployments', 'free'],
  ['GET', '/openai/v1/responses/resp_1', 'free'],
  ['POST', '/openai/files', 'free'],
  ['POST', '/openai/batches', 'unknown'],
  ['POST', '/speechtotext/v3.2/transcriptions', 'unknown'],
])('%s %s is %s', (method, path, kind) => {
  expect(azureOpenai.match({ method, path })).toEqual({ kind });
});

describe('the model', () => {
  const body = { model: 'ignored', messages: [] };

  test('is the deployment of the path, else that of the body', () => {
    expect(azureOpenai.request(matched(CHAT), body).model).toBe('my gpt');
    expect(azureOpenai.request(matched('/openai/v1/chat/completions'), body).model).toBe('ignored');
  });

  test('in another place is another deployment in the path', () => {
    const change = { model: 'small/one', maxOutputTokens: 5 };
    expect(azureOpenai.rewrite(matched(CHAT), { messages: [] }, change)).toEqual({
      body: { messages: [], max_completion_tokens: 5 },
      path: '/openai/deployments/small%2Fone/chat/completions',
    });
    expect(azureOpenai.rewrite(matched(CHAT), body, change)).toMatchObject({
      body: { model: 'small/one' },
    });
    expect(azureOpenai.rewrite(matched('/openai/v1/chat/completions'), body, change)).toEqual({
      body: { ...body, model: 'small/one', max_completion_tokens: 5 },
    });
    expect(azureOpenai.rewrite(matched(CHAT), body, { maxOutputTokens: 5 }).path).toBeUndefined();
  });

  test.each([
    ['prod', {}, true],
    ['prod', { reasoning_effort: 'none' }, false],
    ['gpt-4o-prod', {}, false],
    ['gpt-35-turbo', {}, false],
    ['o3', {}, true],
  ])('%s %j may reason unseen: %s', (model, extra, hiddenOutput) => {
    const request = { ...body, ...extra, model };
    const match = matched('/openai/v1/chat/completions');
    expect(azureOpenai.request(match, request).hiddenOutput).toBe(hiddenOutput);
  });
});

test('a prompt that is filtered is billed for its input', () => {
  const error = { code: 'content_filter', message: 'filtered', innererror: {} };
  expect(azureOpenai.usage('chat.completions', { error })).toMatchObject({
    errorType: 'content_filter',
    billsInput: true,
  });
  const other = { error: { code: 'DeploymentNotFound' } };
  expect(azureOpenai.usage('chat.completions', other).billsInput).toBeUndefined();
});
