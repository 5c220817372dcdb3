// The command line as users have it, in a folder of its own.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode, type RunResult, type TempFolder, tempFolder } from '@spendfuse/testkit';
import { expect } from 'vitest';

export const spendfuse = fileURLToPath(
  new URL('../../packages/spendfuse/bin/spendfuse.cjs', import.meta.url),
);

export interface CommandLine extends TempFolder {
  /** Runs `spendfuse` in the folder, which also keeps the state of that user. */
  run(
    args: readonly string[],
    env?: Readonly<Record<string, string | undefined>>,
  ): Promise<RunResult>;
  /** Resolves with the path of the file. */
  write(name: string, text: string): Promise<string>;
}

/** The folder has a space in its name, so that all that is not quoted fails. */
export async function openCommandLine(): Promise<CommandLine> {
  const folder = await tempFolder({ prefix: 'spend fuse-' });
  const state = join(folder.path, 'state');
  return {
    ...folder,
    run: (args, env) =>
      runNode({
        args: [spendfuse, ...args],
        cwd: folder.path,
        env: { XDG_STATE_HOME: state, ...env },
      }),
    async write(name, text) {
      const path = join(folder.path, name);
      await writeFile(path, text);
      return path;
    },
  };
}

/** One line that says what to do, no stack, and the exit code of a mistake. */
export function expectMistake(
  { code, stdout, stderr }: RunResult,
  message: RegExp,
  exitCode = 2,
): void {
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/^\s+at /mu);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
}
