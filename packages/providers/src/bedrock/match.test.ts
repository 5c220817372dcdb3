// What Bedrock's runtime meters, and as which operation.
import { describe, expect, test } from 'vitest';
import { bedrock } from './index.ts';

const matchOf = (path: string, method = 'POST') => bedrock.match({ method, path });

describe('metered', () => {
  test.each([
    ['/model/amazon.nova-pro-v1%3A0/converse', 'converse', 'chat'],
    ['/model/amazon.nova-pro-v1%3A0/converse-stream/', 'converse', 'chat'],
    ['/model/anthropic.claude-v2/invoke', 'invoke', 'text_completion'],
    ['/model/anthropic.claude-3-haiku-20240307-v1:0/invoke', 'invoke', 'chat'],
    [
      '/model/meta.llama3-8b-instruct-v1:0/invoke-with-response-stream',
      'invoke',
      'text_completion',
    ],
    ['/model/amazon.titan-embed-text-v2%3A0/invoke', 'invoke', 'embeddings'],
    ['/model/cohere.embed-v4%3A0/invoke', 'invoke', 'embeddings'],
    // Behind a gateway, and with an ARN that is not encoded.
    ['/aws/model/amazon.nova-lite-v1%3A0/converse', 'converse', 'chat'],
    ['/model/arn:aws:bedrock:us-east-1:1:inference-profile/us.x.y/converse', 'converse', 'chat'],
    ['/openai/v1/chat/completions', 'chat.completions', 'chat'],
    ['/v1/responses', 'responses', 'chat'],
    ['/anthropic/v1/messages', 'messages', 'chat'],
  ])('%s', (path, api, operation) => {
    expect(matchOf(path)).toMatchObject({ kind: 'metered', api, operation, path });
  });
});

test.each(['/model/amazon.nova-pro-v1%3A0/count-tokens', '/anthropic/v1/messages/count_tokens'])(
  '%s is free',
  (path) => {
    expect(matchOf(path)).toEqual({ kind: 'free' });
  },
);

test('what only reads is free', () => {
  expect(matchOf('/async-invoke', 'GET')).toEqual({ kind: 'free' });
});

test.each([
  '/model/stability.sd3-5-large-v1%3A0/invoke',
  '/model/amazon.nova-canvas-v1%3A0/invoke',
  '/model/cohere.rerank-v3-5%3A0/invoke',
  '/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream',
  '/async-invoke',
  '/guardrail/gr1/version/1/apply',
  '/guardrail-checks/invoke',
  '/',
])('%s bills in ways not known here', (path) => {
  expect(matchOf(path)).toEqual({ kind: 'unknown' });
});

test('a model that cannot be decoded is taken as it is', () => {
  expect(matchOf('/model/%E0%A4%A/converse')).toMatchObject({ model: '%E0%A4%A' });
});
