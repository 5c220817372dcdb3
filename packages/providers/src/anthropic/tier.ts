// What of a request or its usage changes the prices: service tier, speed, and where it is computed.
import { textOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';

/**
 * `batch` and `priority` as they are called; else `fast` (`speed`), `us` (`inference_geo`) or both,
 * `fast-us`, whose factors are published (https://platform.claude.com/docs/en/about-claude/pricing).
 * Undefined: the standard prices. A request's `auto` is one of them: it takes what is left of a
 * priority commitment, and costs no more than the standard.
 */
export function tierOf(wire: JsonObject): string | undefined {
  const tier = textOf(wire['service_tier']);
  if (tier === 'batch' || tier === 'priority') return tier;
  const parts = [
    ...(wire['speed'] === 'fast' ? ['fast'] : []),
    ...(wire['inference_geo'] === 'us' ? ['us'] : []),
  ];
  if (parts.length > 0) return parts.join('-');
  return tier === 'auto' ? undefined : tier;
}
