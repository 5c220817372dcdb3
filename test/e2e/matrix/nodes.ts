// The Nodes that programs run on: the one that runs the tests, and others as npm has them.
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

/** The oldest that programs may run on, and the newest; `.ci/run` sees to it that npm has them. */
const OTHERS: readonly string[] = ['22.15.0', '26.10.0'];

export interface NodeHere {
  readonly version: string;
  /** Of the executable. */
  readonly path: string;
}

/**
 * The first is the one that runs this.
 * @throws Error if one cannot be had where all must be, as `CI=true` says; elsewhere it is left out,
 * and a line tells of it.
 */
export async function nodesHere(): Promise<readonly NodeHere[]> {
  const { version, execPath: path } = process;
  const here: NodeHere[] = [{ version: version.slice(1), path }];
  for (const other of OTHERS) {
    if (here.some(({ version }) => version === other)) continue;
    try {
      here.push({ version: other, path: await pathOf(other) });
    } catch (error) {
      const [line = ''] = String(error).split('\n');
      const told = `Node ${other} cannot be had here, and nothing is tried on it: ${line}`;
      if (process.env['CI'] === 'true') throw new Error(told, { cause: error });
      console.warn(told);
    }
  }
  return here;
}

async function pathOf(version: string): Promise<string> {
  const args = ['--yes', `--package=node@${version}`, 'node', '-p', 'process.execPath'];
  // Elsewhere, so that npx does not look at the packages of this checkout.
  const { stdout } = await promisify(execFile)('npx', args, { cwd: tmpdir(), timeout: 120_000 });
  return stdout.trim();
}
