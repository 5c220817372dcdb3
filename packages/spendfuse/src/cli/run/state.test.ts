// Where a run keeps its ledger and its sockets.
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempFolder } from '@spendfuse/testkit';
import { expect, test } from 'vitest';
import { openFolder, projectFolder } from './state.ts';

const env = { XDG_STATE_HOME: '/state' };

test('folders of one project share a ledger, projects do not', async () => {
  await using folder = await tempFolder();
  for (const name of ['a', 'b']) {
    await mkdir(join(folder.path, name, 'src'), { recursive: true });
    await writeFile(join(folder.path, name, 'package.json'), '{}');
  }
  const of = (...parts: readonly string[]) =>
    projectFolder({ cwd: join(folder.path, ...parts), env });
  expect(of('a')).toMatch(/^\/state\/spendfuse\/run\/a-[0-9a-f]{12}$/);
  expect(of('a', 'src')).toBe(of('a'));
  expect(of('b')).not.toBe(of('a'));
});

test('the sockets are in a folder for the owner alone', async () => {
  await using folder = await tempFolder();
  const { grpcSocket } = await openFolder(join(folder.path, 'ledger'));
  expect(grpcSocket).toBe(join(folder.path, 'ledger', 'run', 'grpc.sock'));
  expect((await stat(join(grpcSocket, '..'))).mode & 0o777).toBe(0o700);
});

test('a folder that others can read is refused', async () => {
  await using folder = await tempFolder();
  await mkdir(join(folder.path, 'run'));
  await chmod(join(folder.path, 'run'), 0o755);
  await expect(openFolder(folder.path)).rejects.toThrow(/nobody else can read/);
});

test('a path too long for a socket gets a short one elsewhere', async () => {
  await using folder = await tempFolder();
  const long = join(folder.path, 'x'.repeat(90));
  const { data, grpcSocket } = await openFolder(long);
  expect(data).toBe(long);
  expect(grpcSocket.length).toBeLessThan(104);
  expect((await openFolder(long)).grpcSocket).toBe(grpcSocket);
  await rm(dirname(grpcSocket), { recursive: true });
});

test('a folder that cannot be made is one clear error', async () => {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'file'), '');
  await expect(openFolder(join(folder.path, 'file', 'ledger'))).rejects.toThrow(
    /cannot be made \(ENOTDIR\); choose another with --data/,
  );
});
