// What all surfaces of a thread share, loaded at the first call that needs it.
import type { Runtime } from './runtime.ts';

/**
 * Undefined where calls pass unchanged and uncounted: no endpoint is set. It is asked for at each
 * call, because programs may read it from a file.
 * @throws where it cannot be loaded, unless calls may pass then.
 */
export async function threadRuntime(): Promise<Runtime | undefined> {
  if (!process.env['SPENDFUSE_ENDPOINT']) return undefined;
  try {
    const { sharedRuntime } = await import('./runtime.ts');
    return await sharedRuntime({ env: process.env });
  } catch (error) {
    if (process.env['SPENDFUSE_ON_UNAVAILABLE'] === 'allow') return undefined;
    throw error;
  }
}
