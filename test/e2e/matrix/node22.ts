// The oldest Node that programs may run on, as npm has it; `.ci/run` sees to it that it can be had.
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';

export const OLDEST = '22.15.0';

/** Path of its executable, or why it cannot be had. */
export async function oldestNode(): Promise<{ readonly path: string } | { readonly why: string }> {
  const args = ['--yes', `--package=node@${OLDEST}`, 'node', '-p', 'process.execPath'];
  try {
    // Elsewhere, so that npx does not look at the packages of this checkout.
    const { stdout } = await promisify(execFile)('npx', args, { cwd: tmpdir(), timeout: 60_000 });
    return { path: stdout.trim() };
  } catch (error) {
    const [line = ''] = String(error).split('\n');
    return { why: `Node ${OLDEST} cannot be had here: ${line}` };
  }
}
