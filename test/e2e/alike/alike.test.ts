// A program that calls `fetch` sees the same under the guard as without it, and so does the provider.
import { fileURLToPath } from 'node:url';
import { freePort, startNode } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { preload, startTestSidecar } from '../../support/sidecar.ts';
import { casesOf, type Seen } from './cases.ts';

const program = fileURLToPath(new URL('program.ts', import.meta.url));
const COUNT = process.env['SPENDFUSE_TEST_LONG'] ? 5000 : 300;
const FLAGS = [
  '--expose-gc',
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];

test(`${COUNT} calls in every way, answered and read in every way`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  await using sidecar = await startTestSidecar({ config: 'budgets: [{ id: a, limits: [$1000] }]' });
  const port = await freePort();
  const settings = {
    ALIKE_SEED: String(seed),
    ALIKE_COUNT: String(COUNT),
    ALIKE_PORT: String(port),
  };
  const plain = await run([], settings);
  const guarded = await run(['--require', preload], {
    ...settings,
    SPENDFUSE_ENDPOINT: sidecar.endpoint,
    SPENDFUSE_HOSTS: `http://127.0.0.1:${port}=openai`,
  });
  for (const [number, it] of casesOf({ seed, count: COUNT }).entries()) {
    const what = `seed ${seed}, case ${number}: ${JSON.stringify(it)}`;
    expect(guarded[number], what).toEqual(plain[number]);
  }
  expect(guarded).toHaveLength(COUNT);
  const answered = plain.filter((seen) => JSON.stringify(seen).includes('"status":200'));
  expect(answered.length).toBeGreaterThan(COUNT / 3);
  expect(await sidecar.getJson('/api/usage')).toMatchObject({
    rows: [{ requests: expect.stringMatching(/^[1-9]\d\d+$/u) as string, unpriced: '0' }],
  });
}, 600_000);

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly (Seen | string)[]> {
  await using running = await startNode({ args: [...args, ...FLAGS, program], env });
  const { code } = await running.exit;
  expect(running.stderr()).toBe('');
  expect(code).toBe(0);
  const lines = running.stdout().trim().split('\n');
  return lines.map((line) => (line.startsWith('{') ? (JSON.parse(line) as Seen) : line));
}
