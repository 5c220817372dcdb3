// Loading a budgets file in another thread: a large one takes longer than calls should wait.
import { Worker } from 'node:worker_threads';
import { SpendfuseError } from '@spendfuse/core';
import type { Config } from './schema.ts';

/** What the thread answers. */
export type Loaded =
  | { readonly config: Config }
  | { readonly error: ConstructorParameters<typeof SpendfuseError>[0] };

/** As `loadConfig`. @throws SpendfuseError `CONFIG` */
export function loadConfigAside(path: string): Promise<Config> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const thread = new Worker(new URL(`./load-thread.${extension}`, import.meta.url), {
    name: 'spendfuse load-thread',
    workerData: path,
  });
  return new Promise((resolve, reject) => {
    thread.once('message', (loaded: Loaded) => {
      if ('config' in loaded) resolve(loaded.config);
      else reject(new SpendfuseError(loaded.error));
    });
    thread.once('error', (error) => reject(SpendfuseError.from(error)));
    // After an answer this is too late to matter.
    thread.once('exit', (code) => {
      const message = `the thread that reads ${path} ended with ${code}`;
      reject(new SpendfuseError({ code: 'INTERNAL', message }));
    });
  });
}
