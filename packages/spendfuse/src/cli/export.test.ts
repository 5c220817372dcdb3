// `spendfuse export` as users run it, on a folder that a ledger has open all the while.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCatalogue, type LocalAuthority, openAuthority } from '@spendfuse/authority';
import { mintId, usageOf } from '@spendfuse/core';
import { runNode, startNode, tempFolder, type TempFolder } from '@spendfuse/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const spendfuse = fileURLToPath(new URL('../../bin/spendfuse.cjs', import.meta.url));
const FIRST_MS = Date.parse('2026-11-02T10:00:00Z');

let folder: TempFolder;
let authority: LocalAuthority;
let nowMs = FIRST_MS;

beforeAll(async () => {
  folder = await tempFolder({ prefix: 'spend fuse-' });
  authority = await openAuthority({
    dataFolder: folder.path,
    durability: 'process',
    budgets: [],
    catalogue: createCatalogue({}),
    clock: { now: () => nowMs },
  });
  await record({ team: 'a, "b"' });
  nowMs += 86_400_000;
  await record({ team: '=cmd|calc' });
  await record({ team: 'a' });
});
afterAll(async () => {
  await authority.close();
  await folder.remove();
});

async function record(labels: Record<string, string>): Promise<void> {
  const id = mintId({ nowMs, random: crypto.getRandomValues(new Uint8Array(10)) });
  const call = { labels, provider: 'openai', model: 'gpt-4o', operation: 'chat' };
  const usage = usageOf({ inputTokens: 1000, outputTokens: 10 });
  const reservedAtMs = nowMs;
  await authority.record({ id, usage, usageSource: 'provider', call: { ...call, reservedAtMs } });
}

const cli = (...args: readonly string[]) =>
  runNode({ args: [spendfuse, 'export', '--data', folder.path, ...args], cwd: folder.path });

const filesLeft = async () => (await readdir(folder.path)).filter((name) => /part|out/u.test(name));

describe('spendfuse export', () => {
  test('writes CSV with a head, CRLF, quotes, and no formulas', async () => {
    const { code, stdout, stderr } = await cli();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\r\n');
    expect(lines[0]).toMatch(/^time,verb,id,provider,model,operation,labels,/u);
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^2026-11-02T10:00:00.000Z,record,/u);
    expect(lines[1]).toContain(',"{""team"":""a, \\""b\\""""}",1000,10,');
    expect(lines[1]).toContain(',0.0026,2600000,');
  });

  test('writes JSON lines of a time and a label into a file', async () => {
    const out = join(folder.path, 'out.jsonl');
    const range = [
      '--from',
      '2026-11-03',
      '--to',
      '2026-11-04T00:00:00+01:00',
      '--label',
      'team=a',
    ];
    const { code, stdout, stderr } = await cli('--format', 'jsonl', ...range, '--output', out);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { verb: 'record', labels: { team: 'a' }, costNanoUsd: '2600000' },
    ]);
  });

  test.each([
    [['--from', 'yesterday'], '--from: "yesterday" is no time'],
    [['--from', '2026-02-30'], '--from: "2026-02-30" is no time'],
    [['--from', '2026-11-04', '--to', '2026-11-03'], '--from: is later than --to'],
    [['--format', 'xml'], "argument 'xml' is invalid"],
    [['--label', 'team'], '--label: "team" is no label'],
    [['--data', '/nowhere'], 'data folder /nowhere has no ledger'],
    [['--output', join(spendfuse, 'x.csv')], 'x.csv cannot be written'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('ends without a word when its reader has seen enough', async () => {
    for (let n = 0; n < 2000; n++) await record({ team: 'many' });
    const command = '"$0" "$1" export --data "$2" | head -1';
    const { code, stdout, stderr } = await shell(command, [
      process.execPath,
      spendfuse,
      folder.path,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\r\n')).toHaveLength(2);
  });

  test('leaves no half file when it is interrupted', async () => {
    const out = join(folder.path, 'out.csv');
    const args = [
      '--import',
      SLOW_FILES,
      spendfuse,
      'export',
      '--data',
      folder.path,
      '--output',
      out,
    ];
    await using child = await startNode({ args });
    await child.waitForLine(/^writing$/u);
    expect(await filesLeft()).toContainEqual(expect.stringMatching(/^\.out\.csv\.\d+\.part$/u));
    expect(await child.kill('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
    expect(await filesLeft()).toEqual(['out.jsonl']);
  });
});

async function shell(command: string, args: readonly string[]) {
  const child = spawn('bash', ['-o', 'pipefail', '-c', command, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** A disk so slow that a signal meets the export. */
const SLOW_FILES = `data:text/javascript,${encodeURIComponent(`
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { open } = files;
  files.open = async (...args) => {
    const handle = await open(...args);
    handle.appendFile = () => {
      console.log('writing');
      return new Promise((resolve) => setTimeout(resolve, 1000));
    };
    return handle;
  };
  syncBuiltinESMExports();
`)}`;
