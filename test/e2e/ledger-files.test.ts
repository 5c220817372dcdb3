// `verify`, `backup` and `restore` as commands, beside a sidecar that runs and after its end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@spendfuse/client';
import { mintId, usageOf } from '@spendfuse/core';
import { runNode } from '@spendfuse/testkit';
import { expect, it } from 'vitest';
import { spendfuse } from '../support/command-line.ts';
import { startTestSidecar } from '../support/sidecar.ts';

const CONFIG = `
budgets:
  - id: all
    limits: [1000k tokens]
`;

const run = (...args: readonly string[]) => runNode({ args: [spendfuse, ...args] });

async function spend(endpoint: string): Promise<void> {
  const client = createClient({ endpoint });
  const nowMs = Date.now();
  const id = mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) });
  const call = { labels: {}, provider: 'openai', model: 'm', operation: 'chat' };
  const usage = usageOf({ inputTokens: 7 });
  await client.record({
    id,
    usage,
    usageSource: 'provider',
    call: { ...call, reservedAtMs: nowMs },
  });
  await client.close();
}

it('a ledger is verified and backed up while it works, and restored when it does not', async () => {
  await using sidecar = await startTestSidecar({ config: CONFIG });
  const data = join(sidecar.folder, 'data');
  const file = join(sidecar.folder, 'backup.db');
  await spend(sidecar.endpoint);
  expect(await run('verify', '--data', data)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Everything adds up.'),
    stderr: '',
  });
  expect(await run('backup', file, '--data', data)).toMatchObject({ code: 0, stderr: '' });
  const inUse = await run('restore', file, '--data', data, '--force');
  expect(inUse).toMatchObject({ code: 2, stderr: expect.stringMatching(/in use by process \d+/) });
  await sidecar.stop();

  const db = new DatabaseSync(join(data, 'journal.db'));
  db.exec(`UPDATE journal SET body = zeroblob(length(body)) WHERE seq = 1`);
  db.close();
  const report = await run('verify', '--data', data, '--json');
  expect(report.code).toBe(1);
  expect(JSON.parse(report.stdout)).toMatchObject({
    findings: [
      { row: 1, message: expect.stringContaining('checksum'), advice: expect.any(String) },
    ],
  });
  const restored = await run('restore', file, '--data', data, '--force');
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
  expect(await run('verify', '--data', data)).toMatchObject({ code: 0 });
  expect(readdirSync(sidecar.folder).join()).toMatch(/data\.before-/);
}, 60_000);
