// A program in a process of its own, by default under the preload.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunResult, runNode, type TempFolder } from '@spendfuse/testkit';
import { preload } from './sidecar.ts';

const scratch = fileURLToPath(new URL('../node_modules/.cache/programs/', import.meta.url));

/** A folder inside this package: from there programs find the SDKs as any program would. */
export async function scratchFolder(): Promise<TempFolder> {
  await mkdir(scratch, { recursive: true });
  const path = await mkdtemp(join(scratch, 'program-'));
  const remove = () => rm(path, { recursive: true, force: true });
  return { path, remove, [Symbol.asyncDispose]: remove };
}

export interface ProgramText {
  /** All of the module. */
  readonly text: string;
  /** What it is a module of; default: `mjs`. */
  readonly modules?: 'cjs' | 'mjs' | undefined;
  /** What comes before the file; default: our preload by `--require`. */
  readonly flags?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The executable; default: the Node of the test. */
  readonly node?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Runs it to its end. */
export async function runText(program: ProgramText): Promise<RunResult> {
  const { text, modules = 'mjs', flags = ['--require', preload], env, node, timeoutMs } = program;
  await using folder = await scratchFolder();
  const file = join(folder.path, `program.${modules}`);
  await writeFile(file, text);
  return await runNode({
    args: [...flags, file],
    ...(env && { env }),
    ...(node && { node }),
    ...(timeoutMs && { timeoutMs }),
  });
}
