// The version in the code is that of the package.
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { VERSION } from './version.ts';

test('is that of package.json', () => {
  expect(VERSION).toBe(manifest.version);
});
