// Which provider is spoken at an origin: a table of origins, some with a `*` for a part of the host.

/** Name of the provider that is spoken at an origin; undefined: none that is known. */
export interface Hosts {
  readonly patterns: readonly string[];
  at(origin: string): string | undefined;
}

/** Origins that were asked for and are no provider's: a program talks to few. */
const MAX_REMEMBERED = 1000;

/** `entries`: origin or pattern → provider. A later entry wins, and an exact one over a pattern. */
export function createHosts(entries: Iterable<readonly [string, string]>): Hosts {
  const exact = new Map(entries);
  const patterns = [...exact].filter(([pattern]) => pattern.includes('*')).toReversed();
  const matchers = patterns.map(([pattern, name]) => ({ matches: matcherOf(pattern), name }));
  const remembered = new Map<string, string | undefined>();
  return {
    patterns: [...exact.keys()],
    at(origin) {
      const known = exact.get(origin);
      if (known !== undefined || matchers.length === 0) return known;
      if (remembered.has(origin)) return remembered.get(origin);
      const name = matchers.find(({ matches }) => matches.test(origin))?.name;
      if (remembered.size < MAX_REMEMBERED) remembered.set(origin, name);
      return name;
    },
  };
}

/** A `*` is one or more letters, digits and hyphens: never a dot, so that no other host slips in. */
function matcherOf(pattern: string): RegExp {
  const parts = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`));
  return new RegExp(`^${parts.join('[a-z0-9-]+')}$`, 'u');
}
