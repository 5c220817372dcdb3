// Loads a package the way an app does, under the preload in a process of its own, and asks what was caught.
import { spawn } from 'node:child_process';
import type { Coverage } from '@spendfuse/instrumentation/coverage';
import { preload } from '../run/preload.ts';
import type { FoundPackage } from './find-packages.ts';

/** By `require`, or by `import`. */
export type ModuleSystem = 'commonjs' | 'module';

export interface Probe {
  readonly system: ModuleSystem;
  /** Why it could not be loaded that way. */
  readonly error?: string | undefined;
  /** Undefined: the process told nothing. */
  readonly coverage?: Coverage | undefined;
}

/** Nobody listens there, and nobody is asked: hooks are made where an endpoint is set. */
const NOBODY = '127.0.0.1:9';
const TIMEOUT_MS = 20_000;

/** Loads the packages one after the other; nothing of them is called. */
export async function probePackage(found: FoundPackage): Promise<readonly Probe[]> {
  return Promise.all([probe(found, 'commonjs'), probe(found, 'module')]);
}

/** As whoever depends on it does. */
async function probe(found: FoundPackage, system: ModuleSystem): Promise<Probe> {
  const { from, alias, known } = found;
  const specifier = JSON.stringify([alias, known.entry].filter(Boolean).join('/'));
  const load = system === 'commonjs' ? `require(${specifier})` : `await import(${specifier})`;
  const coverage = JSON.stringify(import.meta.resolve('@spendfuse/instrumentation/coverage'));
  const source = `(async () => {
    let error;
    try { ${load} } catch (thrown) { error = String(thrown && thrown.message).split('\\n')[0]; }
    const { coverage } = await import(${coverage});
    process.send({ error, coverage: coverage() }, () => process.exit());
  })()`;
  const child = spawn(
    process.execPath,
    [`--input-type=${system}`, '--no-warnings', '--eval', source],
    {
      cwd: from,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      timeout: TIMEOUT_MS,
      env: {
        ...process.env,
        NODE_OPTIONS: preload(process.env['NODE_OPTIONS']),
        SPENDFUSE_ENDPOINT: process.env['SPENDFUSE_ENDPOINT'] || NOBODY,
        SPENDFUSE_LOG: 'silent',
      },
    },
  );
  return new Promise((resolve) => {
    child.once('message', (told: Omit<Probe, 'system'>) => resolve({ system, ...told }));
    child.once('error', ({ message }) => resolve({ system, error: message }));
    child.once('close', () => resolve({ system, error: 'its process ended before it was loaded' }));
  });
}
