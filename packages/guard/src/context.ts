// Who spends, for everything that runs inside a function: labels carried by AsyncLocalStorage.
import { AsyncLocalStorage } from 'node:async_hooks';
import { checkLabels, type Labels } from '@spendfuse/core';

/** One storage per process: the application and the preload may hold different copies of this file. */
const KEY = Symbol.for('spendfuse.labels');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Labels> };
const storage = (shared[KEY] ??= new AsyncLocalStorage<Labels>());

/**
 * Runs `fn`; every LLM call it makes, directly or later, spends under these labels. Nested calls add
 * to the outer labels, and the inner value wins.
 * @throws SpendfuseError `INVALID_ARGUMENT` naming the label that is ill-formed; `fn` is not run.
 */
export function runAs<T>(labels: Labels, fn: () => T): T {
  const merged = { ...storage.getStore(), ...labels };
  checkLabels(merged);
  return storage.run(merged, fn);
}

/** The labels of `runAs` over those that hold for the whole process. */
export function currentLabels(processLabels: Labels): Labels {
  return { ...processLabels, ...storage.getStore() };
}
