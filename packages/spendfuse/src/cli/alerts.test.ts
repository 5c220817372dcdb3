// `spendfuse alerts test` as a process, with receivers that take the alert and one that does not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, startFakeWebhook, tempFolder } from '@spendfuse/testkit';
import { expect, test } from 'vitest';

const main = new URL('main.ts', import.meta.url).href;
const script = `import { main } from '${main}'; await main(['', '', ...process.argv.slice(1)]);`;
const fromSource = ['--conditions=@spendfuse/source', '--input-type=module', '-e', script];

async function run(yaml: string, env: Readonly<Record<string, string>> = {}) {
  await using folder = await tempFolder();
  const file = join(folder.path, 'budgets.yaml');
  writeFileSync(file, yaml);
  const args = [...fromSource, 'alerts', 'test', '--config', file];
  return await runNode({ args, env: { NO_COLOR: '1', ...env } });
}

test('sends one alert to each webhook and prints what came back', async () => {
  await using good = await startFakeWebhook();
  await using bad = await startFakeWebhook();
  bad.answerNext({ status: 403, body: 'no\nentry' });
  const { code, stdout } = await run(
    `alerts:
  webhooks:
    - { url: '\${GOOD}', format: slack, events: [denied] }
    - { name: on-call, url: '\${BAD}', secret: 0123456789abcdef }
`,
    { GOOD: good.url, BAD: bad.url },
  );
  expect(good.requests).toMatchObject([{ json: { text: expect.stringContaining('a test') } }]);
  expect(bad.requests).toMatchObject([{ json: { event: 'test', title: 'a test' } }]);
  expect(bad.requests[0]?.headers).toHaveProperty('spendfuse-signature');
  expect(stdout).toMatch(/webhook-1 +slack +delivered, status 200 +\d+ +"ok"/u);
  expect(stdout).toMatch(/on-call +generic, signed +failed: status 403 +\d+ +"no\\nentry"/u);
  expect(stdout).not.toContain('127.0.0.1');
  expect(code).toBe(1);
});

test('says what is missing', async () => {
  const { code, stderr } = await run('budgets: { id: a, limits: $5/day }');
  expect(stderr).toContain('has no webhooks; add some');
  expect(code).toBe(2);
});
