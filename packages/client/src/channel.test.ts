// Endpoints as users write them.
import { expect, test } from 'vitest';
import { targetOf } from './channel.ts';

test.each([
  ['unix:/run/spend fuse/a.sock', 'unix:/run/spend fuse/a.sock'],
  ['127.0.0.1:4750', 'dns:127.0.0.1:4750'],
  ['localhost:1', 'dns:localhost:1'],
  ['sidecar.internal:65535', 'dns:sidecar.internal:65535'],
  ['[::1]:4750', 'dns:[::1]:4750'],
])('%s', (endpoint, target) => {
  expect(targetOf(endpoint)).toBe(target);
});

test.each([
  '',
  '4750',
  'localhost',
  'localhost:',
  'localhost:0',
  'localhost:70000',
  'http://localhost:4750',
  'unix:relative.sock',
  '::1:4750',
  'a b:1',
])('"%s" is refused, and the message says what is accepted', (endpoint) => {
  expect(() => targetOf(endpoint)).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      field: 'endpoint',
      message: expect.stringContaining('unix:/path nor host:port'),
    }),
  );
});
