// Whether a copy of a package is guarded, from what is known of it and what was seen when it was loaded.
import type { FoundPackage } from './find-packages.ts';
import type { ModuleSystem, Probe } from './probe.ts';

export interface Verdict {
  readonly guarded: boolean;
  /** By what it is caught: `fetch`, `node-fetch hook`, … */
  readonly how: string;
  /** Where it is not, or not wholly. */
  readonly why?: string | undefined;
}

/** Without probes where none is needed: see `isProbed`. */
export function judge(found: FoundPackage, probes: readonly Probe[]): Verdict {
  const { known, version } = found;
  const { by, least, why } = known;
  if (by === 'none') return { guarded: false, how: 'nothing', why };
  if (least && isBelow(version, least)) return { guarded: false, how: 'nothing', why };
  if (by === 'others') return { guarded: true, how: 'fetch, and the SDKs it uses' };
  const hook = hookOf(found);
  const how = hook === undefined ? 'fetch' : `${hook} hook`;
  const loaded = probes.filter(({ error }) => error === undefined);
  if (loaded.length === 0) {
    const why = `it cannot be loaded: ${probes[0]?.error ?? 'nobody has tried'}`;
    return { guarded: false, how: 'nothing', why };
  }
  const gaps = loaded.flatMap((probe) => {
    const gap = hook === undefined ? fetchGap(probe) : hookGap(probe, hook);
    return gap === undefined ? [] : [{ system: probe.system, gap }];
  });
  const [first] = gaps;
  if (!first) return { guarded: true, how };
  const isEverywhere = gaps.length === loaded.length;
  const where = isEverywhere ? '' : `${WAYS[first.system]}: `;
  return { guarded: false, how: isEverywhere ? 'nothing' : how, why: where + first.gap };
}

/** What is known to be caught or not without loading it is not loaded. */
export function isProbed({ known, version }: FoundPackage): boolean {
  if (known.by === 'none' || known.by === 'others') return false;
  return !(known.least && isBelow(version, known.least));
}

const WAYS: Readonly<Record<ModuleSystem, string>> = {
  commonjs: 'by require',
  module: 'by import',
};

/** Undefined: it calls `globalThis.fetch`. */
function hookOf({ known, version }: FoundPackage): string | undefined {
  const { by, nodeFetchBelow } = known;
  if (by === 'bedrock' || by === 'mcp') return by;
  return nodeFetchBelow && isBelow(version, nodeFetchBelow) ? 'node-fetch' : undefined;
}

/** Why `fetch` does not catch it; undefined: it does. */
function fetchGap({ coverage }: Probe): string | undefined {
  const layer = coverage?.layers.find(({ name }) => name === 'fetch');
  return layer?.active ? undefined : (layer?.why ?? 'the preload is not active');
}

/** Why the hook does not catch it; undefined: it does. */
function hookGap({ coverage, system }: Probe, hook: string): string | undefined {
  const modules = coverage?.modules.filter((module) => module.hook === hook) ?? [];
  const unhooked = modules.find(({ hooked }) => !hooked);
  if (unhooked) return unhooked.why ?? 'it was loaded and not hooked';
  if (modules.length > 0) return undefined;
  const layer = coverage?.layers.find(
    ({ name }) => name === (system === 'module' ? 'esm' : system),
  );
  return layer?.why ?? `nothing was there for the ${hook} hook`;
}

function isBelow(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ofMajor = 0, ofMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return ofMajor < major || (ofMajor === major && ofMinor < minor);
}
