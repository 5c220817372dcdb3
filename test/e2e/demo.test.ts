// `npm run demo` keeps its promises: the books agree, and nothing stays behind.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runNode, tempFolder } from '@spendfuse/testkit';
import { expect, test } from 'vitest';

const demo = fileURLToPath(new URL('../../packages/spendfuse/examples/demo.ts', import.meta.url));

test('the demo stops its agent, accounts for everything, and cleans up', async () => {
  await using folder = await tempFolder();
  const { code, stdout, stderr } = await runNode({
    args: [demo],
    env: { TMPDIR: folder.path },
    timeoutMs: 60_000,
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/ {2}gpt-4o +EXHAUSTED +\$0\.\d{9} {2}denied$/mu);
  expect(stdout).toContain('attempt 3 of 3: BudgetExceededError: Budget "research-daily"');
  expect(stdout.match(/^ {2}(?:ok|NO) {2}.*$/gmu)).toEqual([
    '  ok  the three agree',
    '  ok  each call is in all three',
    expect.stringMatching(/^ {2}ok {2}between 95 % and 100 % of \$0\.40\/day was spent: \d/u),
    '  ok  the agent was refused',
    '  ok  no call reached the provider after the refusal',
  ]);
  const lines = stdout.split('\n').filter((line) => !line.includes(folder.path));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(code).toBe(0);
  expect(await readdir(folder.path)).toEqual([]);
}, 60_000);
