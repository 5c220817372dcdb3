// NODE_OPTIONS as Node reads them back.
import { expect, test } from 'vitest';
import { preload } from './preload.ts';

// Any file that exists.
const register = import.meta.filename;

test('what was there stays, ours comes last', () => {
  expect(preload(undefined, register)).toBe(`--require "${register}"`);
  expect(preload('--max-old-space-size=99', register)).toBe(
    `--max-old-space-size=99 --require "${register}"`,
  );
});

test('a run inside a run adds nothing', () => {
  const once = preload('', register);
  expect(preload(once, register)).toBe(once);
});

test('a missing preload is an error: without it nothing would be enforced', () => {
  expect(() => preload('', '/nowhere/register.cjs')).toThrow(/register.cjs is missing/);
});
