// The labels of a scope, read back from its key.
import type { Labels } from '@spendfuse/core';

/** The inverse of core's `scopeKeyOf`. */
export function labelsOf(scopeKey: string): Labels {
  if (scopeKey === '') return {};
  const pairs = scopeKey.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))] as const;
  });
  return Object.fromEntries(pairs);
}
