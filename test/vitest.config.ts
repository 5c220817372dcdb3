// How all tests of the repository run: sources directly, in child processes, one summary line at the end.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './reporter.ts';

const conditions = ['@spendfuse/source', 'node', 'import', 'default'];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../node_modules/.cache/vite', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'test/{e2e,ledger,faults,conformance,tidy}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    testTimeout: process.env['SPENDFUSE_TEST_LONG'] ? 600_000 : 30_000,
    hookTimeout: 30_000,
    reporters: ['default', new CountReporter()],
  },
});
