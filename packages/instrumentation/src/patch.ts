// Patches globalThis.fetch at most once per thread, whoever comes first: the preload or an SDK.
import type { Fetch } from './outgoing.ts';

/** Also set by register.cts, which loads nothing and so cannot import this. */
const MARK = Symbol.for('spendfuse.fetch');

type Marked = typeof globalThis & { [MARK]?: boolean };

/** Undefined where fetch is patched already. Undoing stops guarding even where others wrap our fetch. */
export function patchFetch(guard: (original: Fetch) => Fetch): (() => void) | undefined {
  const target = globalThis as Marked;
  if (target[MARK]) return undefined;
  const original = globalThis.fetch;
  let current = guard(original);
  const patched: Fetch = function fetch(input, init) {
    return current(input, init);
  };
  target[MARK] = true;
  globalThis.fetch = patched;
  return () => {
    current = original;
    if (globalThis.fetch === patched) globalThis.fetch = original;
    target[MARK] = false;
  };
}

/** The promised fetch as soon as it is there; the original one where there is none. */
export function eventualFetch(promised: Promise<Fetch | undefined>, original: Fetch): Fetch {
  // Who calls fetch hears of a failure; until then it is no unhandled one.
  promised.catch(() => {});
  return async (input, init) => ((await promised) ?? original)(input, init);
}
