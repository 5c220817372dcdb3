// The gate that all surfaces of a thread share.
import type { Gate } from './gate.ts';
import { threadRuntime } from './thread-runtime.ts';

/** Undefined where calls pass unchanged and uncounted. @throws where it cannot be loaded. */
export async function threadGate(): Promise<Gate | undefined> {
  return (await threadRuntime())?.gate;
}
