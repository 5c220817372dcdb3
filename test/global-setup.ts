// Before any test: brings dist up to date, because tests that start child processes run built code.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const args = [tsc, '-b', 'packages/testkit', 'packages/spendfuse'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
  });
  // `npm test` has built before and stopped on errors. Who runs vitest alone may be in the middle
  // of something: tsc emits in spite of errors, so say it and go on.
  if (status !== 0) process.stderr.write(`The build has errors:\n${stdout}${stderr}\n`);
}
