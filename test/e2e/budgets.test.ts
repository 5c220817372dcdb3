// Budgets on the command line: looked at in files, changed in a running sidecar.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintId, usageOf } from '@spendfuse/core';
import { createLog, type Sidecar, startSidecar } from '@spendfuse/sidecar';
import { startNode } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCommandLine, spendfuse } from '../support/command-line.ts';
import { newForEach } from '../support/started.ts';

const FILE = `
budgets:
  - { id: company, limits: [$50/day] }
  - { id: per-user, match: { team: search }, per: [user], limits: [$2/day, 1k tokens/minute] }
prices: { model: own-*, input: $1, output: $2 }
`;

const folder = newForEach(openCommandLine);
let file: string;
let sidecar: Sidecar | undefined;

beforeEach(async () => {
  file = await folder.write('budgets.yaml', FILE);
});

afterEach(async () => {
  await sidecar?.stop();
  sidecar = undefined;
});

const dataFolder = () => join(folder.path, 'data');

async function start(): Promise<Sidecar> {
  sidecar = await startSidecar({
    configFile: file,
    dataFolder: dataFolder(),
    durability: 'process',
    adminListen: { host: '127.0.0.1', port: 0 },
    log: createLog({ level: 'silent' }),
  });
  return sidecar;
}

function budgets(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return folder.run(['budgets', ...args], {
    SPENDFUSE_ADMIN: sidecar?.addresses.admin,
    SPENDFUSE_DATA: dataFolder(),
    TZ: 'UTC',
    ...env,
  });
}

/** The lines printed, without what pads columns. */
async function said(...args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await budgets(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/gu, ' '));
}

async function refused(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await budgets(args, env);
  expect(stdout).toBe('');
  return { code, line: stderr };
}

/** 900 tokens of u1, for $0.0009. */
async function spend({ authority }: Sidecar): Promise<void> {
  await authority.record({
    id: mintId({ nowMs: Date.now(), random: randomBytes(10) }),
    usage: usageOf({ inputTokens: 900 }),
    usageSource: 'provider',
    call: {
      labels: { team: 'search', user: 'u1' },
      provider: 'own',
      model: 'own-1',
      operation: 'chat',
      reservedAtMs: Date.now(),
    },
  });
}

const EXPLAIN = ['explain', '--model', 'own-1', '--provider', 'own', '--input', '100'];

describe('with a sidecar', () => {
  test('budgets are kept in its store, before those of the file', async () => {
    await start();
    await said('set', 'company', '--limit', '$10/day', '--alert', '80%', '--match', 'team=!ads');
    expect(await said('list')).toEqual([
      'budget from limits per matches mode',
      'company store, not file $10.00/day team=!ads enforce',
      'per-user file $2.00/day, 1000 tokens/rolling 60s user team=search enforce',
    ]);
    await said('set', 'per-user', '--config', file);
    await said('delete', 'company');
    const [, ...rows] = await said('list');
    expect(rows.map((row) => row.split(' $')[0])).toEqual([
      'company file',
      'per-user store, not file',
    ]);
  });

  test('top-ups and overrides add, and can be taken back', async () => {
    await start();
    await said('top-up', 'per-user', '$5', '--scope', 'user=u1', '--note', 'a gift');
    const until = ['--until', '2099-11-27 18:00', '--zone', 'Europe/Berlin'];
    const [line] = await said('override', 'company', '+$7.50', ...until);
    expect(line).toMatch(
      /\+\$7\.50 for company, until Fri, Nov 27, 2099, 18:00 \(Europe\/Berlin\)$/u,
    );
    await said('override', 'company', ...until, '--', '-$2');
    const { stdout } = await budgets(['list', '--json']);
    const { allowances } = JSON.parse(stdout);
    expect(allowances).toMatchObject([
      {
        kind: 'top-up',
        budget: 'per-user',
        scope: { user: 'u1' },
        amount: '5000000000',
        note: 'a gift',
      },
      {
        kind: 'override',
        budget: 'company',
        amount: '7500000000',
        until: '2099-11-27T17:00:00.000Z',
      },
      { kind: 'override', budget: 'company', amount: '-2000000000' },
    ]);
    const balances = await sidecar?.authority.balances({ budget: 'company' });
    expect(balances).toMatchObject([{ limit: 55_500_000_000 }]);
    await said('withdraw', allowances[1].id);
    expect(await sidecar?.authority.balances({ budget: 'company' })).toMatchObject([
      { limit: 48_000_000_000 },
    ]);
  });

  test('a call is explained by what the counters say, until they are reset', async () => {
    const running = await start();
    const { authority } = running;
    await spend(running);
    const labels = ['--label', 'team=search', '--label', 'user=u1'];
    const before = await said(...EXPLAIN, '--output', '2000', ...labels);
    expect(before[0]).toBe('denied: TOO_LARGE');
    expect(before.find((line) => line.includes('1,000 tokens'))).toBe(
      'per-user user=u1 1,000 tokens/rolling 60s 900 tokens 0 tokens 2,100 tokens TOO_LARGE',
    );
    await said('reset', 'per-user', '--scope', 'user=u1');
    const after = await said(...EXPLAIN, '--output', '800', ...labels);
    expect(after[0]).toBe('granted');
    const other = await said(...EXPLAIN, '--output', '800', '--label', 'team=ads');
    expect(other.at(-1)).toBe('per-user does not match: team is "ads", and has to match search');
    expect(authority.openReservations()).toBe(0);
  });

  test('a file is compared with what is in force', async () => {
    const { addresses } = await start();
    const edited = join(folder.path, 'edited.yaml');
    await writeFile(edited, FILE.replace('[user]', '[team]').replace('$50/day', '$60/week'));
    const lines = await said('check', edited, '--admin', String(addresses.admin));
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning company counts $60.00/week anew, from 0: it had no such limit',
      'warning per-user counts anew, from 0: it is per team, and was per user',
    ]);
  });

  test('a file is compared with the folder of a sidecar that is stopped', async () => {
    await spend(await start());
    const edited = join(folder.path, 'edited.yaml');
    await writeFile(edited, FILE.replace('[user]', '[team]').replace('$50/day', '$0.0005/day'));
    const check = ['check', edited, '--data', dataFolder()];
    expect(await refused(check)).toEqual({
      code: 2,
      line: expect.stringMatching(/is in use by process .*compare with it as it runs: --admin/u),
    });
    await sidecar?.stop();
    const lines = await said(...check);
    expect(lines.slice(lines.indexOf('') + 1)).toEqual([
      'budget in the folder begins at 0 used up',
      'company counted $0.0009 of $0.0005/day',
      'per-user counted otherwise $2.00/day, 1000 tokens/rolling 60s',
    ]);
    expect(await refused(['check', edited, '--data', folder.path])).toMatchObject({
      line: expect.stringMatching(/has no ledger; name the one of the sidecar/u),
    });
  });

  test('a budget that is made late counts what was spent before', async () => {
    await spend(await start());
    const late = ['set', 'late', '--limit', '$9/month', '--per', 'user'];
    expect(await said(...late, '--backfill')).toEqual([
      'late is kept: $9.00/month',
      '1 counter of late took over what was used before',
    ]);
    expect(await sidecar?.authority.balances({ budget: 'late' })).toMatchObject([
      { scope: { user: 'u1' }, committed: 900_000 },
    ]);
    expect(await said('backfill', 'late')).toEqual([
      'late lacks nothing of the usage that is kept',
    ]);
  });

  test('mistakes are one line that says what to do', async () => {
    await start();
    expect(await refused(['set', 'x', '--limit', '5 apples'])).toMatchObject({
      code: 2,
      line: expect.stringMatching(/unknown unit "apples"/u),
    });
    expect(await refused(['delete', 'company'])).toMatchObject({
      code: 1,
      line: expect.stringMatching(/in the budgets file; remove it there/u),
    });
    expect(await refused(['top-up', 'per-user', '$5', '--scope', 'team=x'])).toMatchObject({
      line: expect.stringMatching(/it is per user/u),
    });
    expect(await refused(['reset', 'company'], { SPENDFUSE_DATA: folder.path })).toMatchObject({
      code: 2,
      line: expect.stringMatching(/wants its admin token; give it by --token/u),
    });
    expect(await refused(['list'], { SPENDFUSE_ADMIN: '127.0.0.1:1' })).toMatchObject({
      code: 1,
      line: expect.stringMatching(/no Spendfuse admin API answers at http:\/\/127\.0\.0\.1:1/u),
    });
  });
});

describe('without a sidecar', () => {
  test('a call is explained by a file', async () => {
    const lines = await said(...EXPLAIN, '--output', '50', '--config', file);
    expect(lines.slice(0, 2)).toEqual([
      'granted',
      expect.stringMatching(/^costs up to \$0\.0002 \(.*, override\)$/u),
    ]);
    expect(lines.at(-1)).toBe(
      'per-user does not match: team is not given, and has to match search',
    );
  });

  test('the schema is printed', async () => {
    const schema = JSON.parse((await said('schema')).join('\n'));
    expect(schema).toMatchObject({ type: 'object', properties: { budgets: expect.anything() } });
  });
});

test('SIGHUP reads the file again, and a bad one changes nothing', async () => {
  const args = ['up', '--config', file, '--data', 'memory', '--grpc', 'none', '--http', 'none'];
  await using up = await startNode({
    args: [spendfuse, ...args, '--admin', '127.0.0.1:0'],
    cwd: folder.path,
    env: { XDG_STATE_HOME: join(folder.path, 'state') },
  });
  await up.waitForLine(/is up\.$/u);
  await writeFile(file, 'budgets: [{ id: a, limits: $5/dya }]');
  process.kill(up.pid, 'SIGHUP');
  await up.waitForLine(/mistake=.*budgets\.yaml:1:28: .*unknown window/u);
  await writeFile(file, FILE.replace('$50/day', '$40/day'));
  process.kill(up.pid, 'SIGHUP');
  await up.waitForLine(/the budgets file was read again/u);
  process.kill(up.pid, 'SIGTERM');
  expect(await up.exit).toMatchObject({ code: 0 });
});
