// A budgets file that changes under a running sidecar: however it is written, and whatever is in it.
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintId, usageOf } from '@spendfuse/core';
import { type TempFolder, tempFolder, until } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from './log.ts';
import { type Sidecar, startSidecar } from './main.ts';

let folder: TempFolder;
let file: string;
let sidecar: Sidecar;
let lines: string[];

beforeEach(async () => {
  folder = await tempFolder({ prefix: 'spendfuse reload ' });
  file = join(folder.path, 'budgets.yaml');
  lines = [];
});
afterEach(async () => {
  await sidecar.stop();
  await folder.remove();
});

function budgets(limit: string, more = ''): string {
  return `budgets: [{ id: daily, limits: [${limit}] }]\n${more}`;
}

async function start(
  options: { configFile?: string; httpListen?: { host: string; port: number } } = {},
) {
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  sidecar = await startSidecar({ configFile: file, log, ...options });
}

async function ceiling(): Promise<number | undefined> {
  const [balance] = await sidecar.authority.balances({ budget: 'daily' });
  return balance?.limit;
}

function ceilingIs(tokens: number): Promise<unknown> {
  return until(async () => (await ceiling()) === tokens, { what: `a limit of ${tokens} tokens` });
}

async function record(tokens: number): Promise<number | undefined> {
  const nowMs = Date.now();
  const { costNanoUsd } = await sidecar.authority.record({
    id: mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) }),
    usage: usageOf({ inputTokens: tokens }),
    usageSource: 'provider',
    call: { labels: {}, provider: 'own', model: 'own-1', operation: 'chat', reservedAtMs: nowMs },
  });
  return costNanoUsd;
}

describe('a changed file is in force', () => {
  test('written in place; what was counted stays (L9)', async () => {
    await writeFile(file, budgets('100 tokens/day'));
    await start();
    await record(40);
    await writeFile(file, budgets('70 tokens/day'));
    await ceilingIs(70);
    const [balance] = await sidecar.authority.balances({});
    expect(balance).toMatchObject({ committed: 40, remaining: 30 });
    expect(lines.join('')).toMatch(/the budgets file was read again .*budgets=1/);
  });

  test('put in its place by a rename, as editors do, more than once', async () => {
    await writeFile(file, budgets('100 tokens/day'));
    await start();
    for (const tokens of [71, 72, 73]) {
      await writeFile(`${file}.new`, budgets(`${tokens} tokens/day`));
      await rename(`${file}.new`, file);
      await ceilingIs(tokens);
    }
  });

  test('behind links that Kubernetes swaps', async () => {
    const generation = async (name: string, tokens: number): Promise<void> => {
      await mkdir(join(folder.path, name));
      await writeFile(join(folder.path, name, 'budgets.yaml'), budgets(`${tokens} tokens/day`));
      await symlink(name, join(folder.path, '..data.new'));
      await rename(join(folder.path, '..data.new'), join(folder.path, '..data'));
    };
    await generation('..1', 100);
    await symlink(join('..data', 'budgets.yaml'), file);
    await start();
    expect(await ceiling()).toBe(100);
    await generation('..2', 70);
    await ceilingIs(70);
    await generation('..3', 60);
    await rm(join(folder.path, '..2'), { recursive: true });
    await ceilingIs(60);
  });

  test('with its prices', async () => {
    await writeFile(
      file,
      budgets('100 tokens/day', 'prices: { model: own-*, input: $1, output: $1 }'),
    );
    await start();
    expect(await record(2)).toBe(2000);
    await writeFile(
      file,
      budgets('99 tokens/day', 'prices: { model: own-*, input: $3, output: $1 }'),
    );
    await ceilingIs(99);
    expect(await record(2)).toBe(6000);
  });

  test('when asked for, without waiting for word of it', async () => {
    await writeFile(file, budgets('100 tokens/day'));
    await start();
    await writeFile(file, budgets('70 tokens/day'));
    await sidecar.reload?.();
    expect(await ceiling()).toBe(70);
  });
});

describe('a file that cannot be used', () => {
  test('leaves the old one in force, is logged with its place, counted and alerted; then mended', async () => {
    await writeFile(file, budgets('100 tokens/day'));
    await start({ httpListen: { host: '127.0.0.1', port: 0 } });
    await writeFile(file, budgets('100 tokens/fortnight'));
    await until(() => lines.some((line) => line.includes('unknown window')), {
      what: 'a complaint',
    });
    expect(lines.join('')).toContain(`${file}:1:33: `);
    expect(lines.join('')).toContain('stays in force');
    expect(await ceiling()).toBe(100);
    await writeFile(file, budgets('70 tokens/day'));
    await ceilingIs(70);
    const counted = async (outcome: string): Promise<boolean> => {
      const text = await (await fetch(`${sidecar.addresses.http}/metrics`)).text();
      return new RegExp(`spendfuse_config_reloads_total\\{outcome="${outcome}"[^}]*\\} 1`).test(
        text,
      );
    };
    await until(() => counted('failed'), { what: 'a failure that was counted' });
    await until(() => counted('ok'), { what: 'a success that was counted' });
  });

  test('or is gone, leaves the old one in force until it is back', async () => {
    await writeFile(file, budgets('100 tokens/day'));
    await start();
    await rm(file);
    await until(() => lines.some((line) => line.includes('no such file')), { what: 'a complaint' });
    expect(await ceiling()).toBe(100);
    await writeFile(file, budgets('70 tokens/day'));
    await ceilingIs(70);
  });
});
