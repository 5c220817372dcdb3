// Ways in which Amazon Bedrock reports usage that plain reading gets wrong, each from the wire to what
// is charged.
import type { CommitRequest } from '@spendfuse/core';
import { bedrock } from '@spendfuse/providers';
import { eventFrame, type FakeBedrockReply } from '@spendfuse/testkit';
import { describe, expect, it, test } from 'vitest';
import { type GuardedBedrock, startGuardedBedrock } from '../support/guarded-bedrock.ts';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const pathOf = (model: string, action: string): string =>
  `/model/${encodeURIComponent(model)}/${action}`;

const converse = {
  messages: [{ role: 'user', content: [{ text: 'How is the sea today?' }] }],
  inferenceConfig: { maxTokens: 300 },
};
const messages = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 300,
  messages: [{ role: 'user', content: 'How is the sea today?' }],
};
const titan = {
  inputText: 'How is the sea today?',
  textGenerationConfig: { maxTokenCount: 300 },
};

interface Asked {
  readonly path: string;
  readonly body: unknown;
  readonly reply?: FakeBedrockReply;
}

interface Answered {
  readonly commits: readonly CommitRequest[];
  readonly releases: number;
  readonly heldOutput: number;
  readonly fake: GuardedBedrock['fake'];
}

/** Reads the answer to its end, if it has one. */
async function ask({ path, body, reply = {} }: Asked): Promise<Answered> {
  await using guarded = await startGuardedBedrock({ script: () => reply });
  await (await guarded.post(path, body)).bytes().catch(() => {});
  const { commits, releases, reserves } = guarded.authority;
  const heldOutput = reserves[0]?.estimate.maxOutputTokens ?? 0;
  return { commits, releases: releases.length, heldOutput, fake: guarded.fake };
}

async function charged(asked: Asked): Promise<CommitRequest> {
  const { commits } = await ask(asked);
  expect(commits).toHaveLength(1);
  return commits[0]!;
}

describe('Bedrock: cache reads and writes stand beside the input of Converse', () => {
  const reply = {
    inputTokens: 400,
    cachedTokens: 100,
    cacheWriteTokens: 200,
    cacheWrite1hTokens: 150,
    outputTokens: 7,
  };
  const usage = {
    inputTokens: 400,
    outputTokens: 7,
    cacheReadTokens: 100,
    cacheWriteTokens: 200,
    cacheWrite1hTokens: 150,
  };
  it.each(['converse', 'converse-stream'])('%s', async (action) => {
    const commit = await charged({ path: pathOf(SONNET, action), body: converse, reply });
    expect(commit).toMatchObject({ usageSource: 'provider', usage });
  });
});

test('Bedrock: the counts of InvokeModel exclude the cache in headers and metrics too', async () => {
  const reply = { inputTokens: 400, cachedTokens: 100, cacheWriteTokens: 200, outputTokens: 7 };
  for (const action of ['invoke', 'invoke-with-response-stream']) {
    const commit = await charged({ path: pathOf(SONNET, action), body: messages, reply });
    expect(commit.usageSource).toBe('provider');
    expect(commit.usage).toMatchObject({ inputTokens: 400, outputTokens: 7, cacheReadTokens: 100 });
  }
});

test('Bedrock: Nova with a guardrail leaves outputTokens out of its body: headers win', async () => {
  const body = { schemaVersion: 'messages-v1', ...converse };
  const reply = { guardrail: 'output', inputTokens: 20, outputTokens: 40 } as const;
  const path = pathOf('amazon.nova-lite-v1:0', 'invoke');
  const commit = await charged({ path, body, reply });
  expect(commit.usage).toMatchObject({ inputTokens: 20, outputTokens: 40 });
});

test('Bedrock: headers count a body that was lost on the way', () => {
  const headers = new Headers({
    'x-amzn-bedrock-input-token-count': '9',
    'x-amzn-bedrock-output-token-count': '47',
  });
  const { usage } = bedrock.usage('invoke', undefined, headers);
  expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 47 });
});

test('Bedrock: guardrail traces hold other objects named usage: there is no deep search', async () => {
  const reply = { guardrail: 'output', inputTokens: 20, outputTokens: 40 } as const;
  for (const action of ['converse', 'converse-stream']) {
    const { usage } = await charged({ path: pathOf(SONNET, action), body: converse, reply });
    expect(usage).toMatchObject({ inputTokens: 20, outputTokens: 40 });
  }
});

test('Bedrock: a guardrail that stops the input runs no model, and nothing is charged', async () => {
  const reply = { guardrail: 'input' } as const;
  const commit = await charged({ path: pathOf(SONNET, 'converse'), body: converse, reply });
  expect(commit).toMatchObject({
    usageSource: 'provider',
    usage: { inputTokens: 0, outputTokens: 0 },
  });
});

test('Bedrock: a stream blocked by a guardrail has no metrics: all that is held is charged', async () => {
  const path = pathOf('amazon.titan-text-express-v1', 'invoke-with-response-stream');
  const reply = { guardrail: 'output', outputTokens: 120 } as const;
  const { commits, heldOutput } = await ask({ path, body: titan, reply });
  expect(heldOutput).toBe(300);
  expect(commits[0]).toMatchObject({ usageSource: 'estimated', usage: { outputTokens: 300 } });
});

test('Bedrock: a count under two names is not added', () => {
  const { usage } = bedrock.usage('converse', {
    usage: {
      inputTokens: 5,
      outputTokens: 2,
      cacheReadInputTokens: 30,
      cacheReadInputTokenCount: 30,
    },
  });
  expect(usage).toMatchObject({ inputTokens: 35, cacheReadTokens: 30 });
});

describe('Bedrock: the metadata of a stream comes behind its end or before it', () => {
  const stop = eventFrame('messageStop', { stopReason: 'end_turn' });
  const metadata = eventFrame('metadata', { usage: { inputTokens: 21, outputTokens: 8 } });
  it.each([[[stop, metadata]], [[metadata, stop]]])('%#', async (body) => {
    const contentType = 'application/vnd.amazon.eventstream';
    const path = pathOf(SONNET, 'converse-stream');
    const commit = await charged({ path, body: converse, reply: { raw: { contentType, body } } });
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: 21, outputTokens: 8 },
    });
  });
});

describe('Bedrock: an exception comes inside a stream of status 200', () => {
  const errorEvent = { type: 'throttlingException', message: 'Too many tokens.' };
  const actions = [
    [pathOf(SONNET, 'converse-stream'), converse],
    [pathOf(SONNET, 'invoke-with-response-stream'), messages],
  ] as const;

  it.each(actions)(
    '%s: as the first frame it is a refusal, and nothing is charged',
    async (path, body) => {
      const reply = { errorEventAfterChunks: 0, errorEvent };
      expect(await ask({ path, body, reply })).toMatchObject({ commits: [], releases: 1 });
    },
  );

  it.each(actions)('%s: behind output that is charged', async (path, body) => {
    const reply = { errorEventAfterChunks: 9, errorEvent, outputTokens: 100 };
    const { commits, fake } = await ask({ path, body, reply });
    const made = fake.calls[0]?.outputTokens ?? 0;
    expect(made).toBeGreaterThan(3);
    expect(commits[0]?.usageSource).toBe('estimated');
    expect(commits[0]?.usage.outputTokens).toBeGreaterThanOrEqual(made);
    expect(commits[0]?.usage.outputTokens).toBeLessThanOrEqual(300);
  });
});

describe('Bedrock: the model is in the path, encoded', () => {
  const account = 'arn:aws:bedrock:us-east-1:123456789012';
  it.each([
    [SONNET, SONNET],
    ['anthropic.claude-v2', 'anthropic.claude-v2'],
    [`${account}:inference-profile/${SONNET}`, SONNET],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'amazon.nova-pro-v1:0'],
    // These name no model; neither is the account told.
    [`${account}:application-inference-profile/a1b2c3`, 'application-inference-profile/a1b2c3'],
    [`${account}:provisioned-model/x9`, 'provisioned-model/x9'],
  ])('%s', (id, model) => {
    for (const encoded of [id, encodeURIComponent(id)]) {
      const path = `/model/${encoded}/converse-stream`;
      const match = bedrock.match({ method: 'POST', path });
      expect(match).toMatchObject({ kind: 'metered', api: 'converse', model });
      if (match.kind !== 'metered') continue;
      expect(bedrock.request(match, converse)).toMatchObject({ model, stream: true });
    }
  });

  test('another model goes there too, and the body stays as it is', async () => {
    await using guarded = await startGuardedBedrock();
    guarded.authority.decide = ({ id, estimate }) => ({
      kind: 'granted',
      id,
      expiresAtMs: 0,
      held: { costNanoUsd: 0, tokens: estimate.inputBound.tokens + 300 },
      waitedMs: 0,
      shadow: [],
      model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      maxOutputTokens: 30,
    });
    await (await guarded.post(pathOf(SONNET, 'converse'), converse)).json();
    expect(guarded.fake.calls[0]).toMatchObject({
      path: '/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse',
      body: { ...converse, inferenceConfig: { maxTokens: 30 } },
    });
  });
});

test('Bedrock: chunks are base64 of UTF-8, not of ASCII', async () => {
  const path = pathOf('mistral.mistral-7b-instruct-v0:2', 'invoke-with-response-stream');
  const text = '海は今日も静かで灰色です。'.repeat(3);
  const reply = { text, endAfterChunks: 6, outputTokens: 90 };
  const { commits, fake } = await ask({ path, body: { prompt: 'Sea?', max_tokens: 300 }, reply });
  expect(commits[0]?.usageSource).toBe('estimated');
  expect(commits[0]?.usage.outputTokens).toBeGreaterThanOrEqual(fake.calls[0]!.outputTokens);
  expect(commits[0]?.usage.outputTokens).toBeLessThan(300);
});
