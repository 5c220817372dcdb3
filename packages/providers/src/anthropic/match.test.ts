// Which Anthropic paths are metered, free, or not known.
import { expect, test } from 'vitest';
import { match } from './match.ts';

test.each([
  ['/v1/messages', 'messages', 'chat'],
  ['/v1/messages/', 'messages', 'chat'],
  ['/anthropic/v1/messages', 'messages', 'chat'],
  ['/v1/complete', 'complete', 'text_completion'],
])('POST %s is metered as %s', (path, api, operation) => {
  expect(match({ method: 'POST', path })).toEqual({ kind: 'metered', api, operation, path });
});

test.each([
  ['POST', '/v1/messages/count_tokens', 'free'],
  ['POST', '/v1/files', 'free'],
  ['POST', '/v1/skills', 'free'],
  ['POST', '/v1/oauth/token', 'free'],
  ['POST', '/v1/messages/batches/msgbatch_1/cancel', 'free'],
  ['GET', '/v1/models', 'free'],
  ['GET', '/v1/messages/batches/msgbatch_1/results', 'free'],
  ['DELETE', '/v1/files/file_1', 'free'],
  // Billed later, when nobody is there to see it.
  ['POST', '/v1/messages/batches', 'unknown'],
  ['POST', '/v1/sessions', 'unknown'],
])('%s %s is %s', (method, path, kind) => {
  expect(match({ method, path })).toEqual({ kind });
});
