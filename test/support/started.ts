// What tests share: started before them and ended after them, without a word in the tests.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

type Start<T> = () => Promise<T>;

/**
 * One for all tests of the file or block. What is returned stands for it: tests and hooks may use it
 * as if it were it; before the tests there is nothing to use, and an error says so.
 */
export function sharedByAll<T extends object>(
  start: Start<T>,
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): T {
  const { stand, begin, end } = standIn(start);
  beforeAll(begin, timeoutMs);
  afterAll(end);
  return stand;
}

/** A new one for each test; else as `sharedByAll`. */
export function newForEach<T extends object>(start: Start<T>): T {
  const { stand, begin, end } = standIn(start);
  beforeEach(begin);
  afterEach(end);
  return stand;
}

function standIn<T extends object>(start: Start<T>) {
  let current: T | undefined;
  const started = (): T => {
    if (current === undefined) throw new Error('not started: use it in tests and hooks only');
    return current;
  };
  const stand = new Proxy({} as T, {
    get: (_, key): unknown => Reflect.get(started(), key),
    set: (_, key, value) => Reflect.set(started(), key, value),
  });
  return {
    stand,
    begin: async () => {
      current = await start();
    },
    end: async () => {
      // A result may have nothing to end.
      await (current as Partial<AsyncDisposable> | undefined)?.[Symbol.asyncDispose]?.();
      current = undefined;
    },
  };
}
