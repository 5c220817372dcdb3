// The spool on a real file system: what is written when, what is taken over, and what is left alone.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitToWire } from '@spendfuse/protocol';
import { mintId, SpendfuseError, usageOf } from '@spendfuse/core';
import { tempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OpenCall, OpenCalls } from '../call.ts';
import { lineOf, readLine, type SpooledCall } from './line.ts';
import { ownName } from './owner.ts';
import { Spool } from './spool.ts';
import { takeOver } from './take-over.ts';

let root: Awaited<ReturnType<typeof tempFolder>>;
let folder: string;
let warnings: string[];
const log = {
  warn: (event: string, fields: object = {}) => warnings.push(`${event} ${JSON.stringify(fields)}`),
};

beforeEach(async () => {
  root = await tempFolder();
  folder = join(root.path, 'spool');
  warnings = [];
});

afterEach(() => root.remove());

function commit(labels = { team: 'a' }): SpooledCall {
  const id = mintId({ nowMs: Date.now(), random: crypto.getRandomValues(new Uint8Array(10)) });
  const usage = usageOf({ inputTokens: 3, outputTokens: 4 });
  const call = { labels, provider: 'openai', model: 'm', operation: 'chat' };
  const message = commitToWire({
    id,
    usage,
    usageSource: 'provider',
    call: { ...call, reservedAtMs: 1000 },
  });
  return { verb: 'commit', message };
}

const idOf = ({ message }: SpooledCall): string => (message as { readonly id: string }).id;
const files = (): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
const linesIn = (name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);
const idsIn = (name: string): readonly string[] =>
  linesIn(name).map((line) => idOf(readLine(line) as SpooledCall));

function startSpool() {
  const calls = new OpenCalls();
  const open = () => calls.all();
  const spool = new Spool({ folder, open, log });
  const add = (labels?: { team: string }): OpenCall =>
    calls.add({ ...commit(labels), waitMs: Infinity }, 0);
  const answer = (call: OpenCall): void => {
    calls.remove(call);
    spool.forget(call);
  };
  return { spool, add, answer, calls };
}

describe('lines', () => {
  test('come back as they went', () => {
    const call = commit();
    expect(readLine(lineOf(call).trim())).toEqual({
      verb: 'commit',
      message: expect.objectContaining({ id: idOf(call), reservedAtMs: 1000 }),
    });
  });

  test.each(['', '{', '{}', 'null', '[1]', '{"verb":"reserve","message":""}', '{"verb":"commit"}'])(
    '%j is none',
    (line) => expect(readLine(line)).toBeUndefined(),
  );

  test('hold nothing that the protocol has no name for', () => {
    const { verb, message } = commit();
    const line = lineOf({ verb, message: { ...message, prompt: 'tell no one' } });
    expect(atob((JSON.parse(line) as { message: string }).message)).not.toContain('tell');
  });
});

describe('the own file', () => {
  test('is there as long as a call in it has no answer', () => {
    const { spool, add, answer } = startSpool();
    const [first, second] = [add(), add()];
    expect(spool.keep([first, second])).toBe(true);
    expect(spool.keep([first, second])).toBe(true);
    expect(idsIn(files()[0] ?? '')).toEqual([idOf(first), idOf(second)]);
    expect(statSync(join(folder, files()[0] ?? '')).mode & 0o777).toBe(0o600);
    answer(first);
    expect(files()).toHaveLength(1);
    answer(second);
    expect(files()).toEqual([]);
    const third = add();
    spool.keep([third]);
    expect(idsIn(files()[0] ?? '')).toEqual([idOf(third)]);
    expect(warnings).toEqual([]);
  });

  test('is left when the client ends', () => {
    const { spool, add, answer } = startSpool();
    const call = add();
    expect(spool.leave([call])).toBe(true);
    answer(call);
    expect(idsIn(files()[0] ?? '')).toEqual([idOf(call)]);
  });

  test.each([
    [
      'was taken by a process that thought this one dead',
      (path: string) => renameSync(path, `${path}.x`),
    ],
    ['was removed, folder and all', () => rmSync(folder, { recursive: true })],
  ])('%s: all is written anew', (_, act) => {
    const { spool, add, answer } = startSpool();
    const [first, answered] = [add(), add()];
    spool.keep([first, answered]);
    answer(answered);
    act(join(folder, files()[0] ?? ''));
    const second = add();
    expect(spool.keep([second])).toBe(true);
    const [name = ''] = files().filter((known) => known.endsWith('.jsonl'));
    expect(idsIn(name)).toEqual([idOf(first), idOf(second)]);
    for (const call of [first, second]) answer(call);
    expect(files().filter((known) => known.endsWith('.jsonl'))).toEqual([]);
  });

  test('has a bound: answered calls make room in it', () => {
    const { spool, add, answer } = startSpool();
    // 32 MiB hold a little more than two batches; what has its answer goes first.
    const team = 'x'.repeat(8192);
    const batch = () => Array.from({ length: 1300 }, () => add({ team }));
    const first = batch();
    expect(spool.keep(first)).toBe(true);
    expect(spool.keep(batch())).toBe(true);
    for (const call of first) answer(call);
    const [name = ''] = files();
    expect(spool.keep(batch())).toBe(true);
    expect(files()).not.toContain(name);
    expect(spool.keep(batch())).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('larger than 32 MiB')]);
  });

  test('of a full disk holds whole lines only, and calls go on', () => {
    const source = `
      import { createClient } from ${JSON.stringify(fileURLToPath(new URL('../index.ts', import.meta.url)))};
      const log = { warn: (event, fields) => console.log(event, fields.reason ?? fields.calls) };
      const client = createClient({ endpoint: 'unix:/nowhere', spoolDir: ${JSON.stringify(folder)}, log });
      const ids = ${JSON.stringify(Array.from({ length: 50 }, () => idOf(commit())))};
      for (const id of ids) {
        void client.release({ id, sent: true });
        await new Promise(setImmediate);
      }
      process.exit(7);`;
    const args = ['--conditions=@spendfuse/source', '--no-warnings', '--input-type=module'];
    // What a file may grow to, in KiB: then a write is cut short, and the next one fails.
    const limited = ['-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, ...args, '-e', source];
    const { status, stdout } = spawnSync('bash', limited, { encoding: 'utf8' });
    const [name = ''] = files();
    const kept = idsIn(name);
    expect(kept.length).toBeGreaterThan(10);
    expect(statSync(join(folder, name)).size).toBe(
      linesIn(name).reduce((sum, line) => sum + line.length + 1, 0),
    );
    expect(stdout).toMatch(/^the spool folder cannot be used; .* EFBIG: file too large, write\n/u);
    expect(stdout).toContain(`ended with calls that were not delivered ${50 - kept.length}`);
    expect(status).toBe(7);
  });

  test.each([
    ['belongs to others as well', () => mkdirSync(folder, { mode: 0o700 }), 0o777, /chmod 700/u],
    ['is a file', () => writeFileSync(folder, ''), 0o600, /EEXIST/u],
  ])('a folder that %s is not used', (_, make, mode, reason) => {
    make();
    chmodSync(folder, mode);
    const { spool, add } = startSpool();
    expect(spool.keep([add()])).toBe(false);
    expect(spool.keep([add()])).toBe(false);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
  });
});

describe('taking over', () => {
  /** As of a process that is dead, unless told otherwise. */
  function leave(
    calls: readonly SpooledCall[],
    owner: { host?: string; pid?: number } = {},
  ): string {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [host = '', , start, random] = ownName().split('.');
    const name = [owner.host ?? host, owner.pid ?? 2 ** 22 + 1, start, random, 'jsonl'].join('.');
    writeFileSync(join(folder, name), calls.map(lineOf).join(''), { mode: 0o600 });
    return name;
  }

  const delivered: string[] = [];
  beforeEach(() => void (delivered.length = 0));
  const deliver = async (call: SpooledCall): Promise<void> => void delivered.push(idOf(call));

  test('each call once, by however many at a time; then the files are gone', async () => {
    const calls = Array.from({ length: 1000 }, () => commit());
    leave(calls.slice(0, 700));
    leave(calls.slice(700));
    await Promise.all(Array.from({ length: 5 }, () => takeOver({ folder, deliver, log })));
    expect(delivered.toSorted()).toEqual(calls.map(idOf).toSorted());
    expect(files()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('a call that gets no answer leaves its file for the next process', async () => {
    const calls = [commit(), commit()];
    leave(calls);
    const closed = async () => {
      throw new SpendfuseError({ code: 'UNAVAILABLE', message: 'closed' });
    };
    await takeOver({ folder, deliver: closed, log });
    expect(idsIn(files()[0] ?? '')).toEqual(calls.map(idOf));
    expect(files()[0]).toContain(`.${process.pid}.`);
  });

  test('a number that another process has been given since is that of a dead one', async () => {
    const name = leave([commit()]);
    const [host, , , random] = name.split('.');
    renameSync(join(folder, name), join(folder, `${host}.${process.pid}.1.${random}.jsonl`));
    await takeOver({ folder, deliver, log });
    expect(delivered).toHaveLength(1);
  });

  test('lines that cannot be read are told, the torn last one is not', async () => {
    const name = leave([commit(), commit()]);
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), `{"half\n${text.slice(0, -9)}`);
    await takeOver({ folder, deliver, log });
    expect(delivered).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('"unread":1')]);
    expect(files()).toEqual([]);
  });

  test('another machine is taken for dead when its file has not changed for ten minutes', async () => {
    const name = leave([commit()], { host: 'elsewhere' });
    await takeOver({ folder, deliver, log });
    expect(delivered).toEqual([]);
    const agoSeconds = Date.now() / 1000 - 601;
    utimesSync(join(folder, name), agoSeconds, agoSeconds);
    await takeOver({ folder, deliver, log });
    expect(delivered).toHaveLength(1);
  });

  function renamed(name: string, change: (parts: string[]) => string): void {
    renameSync(join(folder, name), join(folder, change(name.split('.'))));
  }

  const isRoot = process.getuid?.() === 0;
  test.each([
    [
      'of a living process',
      () =>
        renamed(leave([commit()]), ([host, , , random]) =>
          [host, process.ppid, startedAt(process.ppid), random, 'jsonl'].join('.'),
        ),
      0,
    ],
    ['with another name', () => renamed(leave([commit()]), () => 'mine.jsonl'), 0],
    [
      'that is a link',
      () => {
        const name = leave([commit()]);
        renameSync(join(folder, name), join(root.path, 'target'));
        symlinkSync(join(root.path, 'target'), join(folder, name));
      },
      1,
    ],
    ...(isRoot
      ? [
          [
            'of another user',
            () => chownSync(join(folder, leave([commit()])), 12_345, 0),
            1,
          ] as const,
        ]
      : []),
  ] as const)('a file %s is left alone', async (_, make, told) => {
    make();
    const before = files();
    await takeOver({ folder, deliver, log });
    expect(delivered).toEqual([]);
    expect(files()).toEqual(before);
    expect(warnings).toHaveLength(told);
  });
});

/** Field 22 of its line. */
function startedAt(pid: number): string {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}
