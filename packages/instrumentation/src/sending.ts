// Knows whether this very request is under guard already: layers lie above each other, and the lower
// one must not reserve what the upper one has reserved.
import { AsyncLocalStorage } from 'node:async_hooks';

interface Sending {
  isOver: boolean;
}

/** One storage per thread: the application and the preload may hold different copies of this file. */
const KEY = Symbol.for('spendfuse.sending');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Sending> };
const storage = (shared[KEY] ??= new AsyncLocalStorage<Sending>());

/** Runs what sends a guarded request. What runs later in its context, such as listeners, is not it. */
export async function whileSending<T>(send: () => Promise<T>): Promise<T> {
  const sending: Sending = { isOver: false };
  try {
    return await storage.run(sending, send);
  } finally {
    sending.isOver = true;
  }
}

export function isSending(): boolean {
  return storage.getStore()?.isOver === false;
}
