// What is guarded in this process: which ways of catching calls are active, and what they have caught.

export interface Coverage {
  /** Every way of catching calls, active or not. */
  readonly layers: readonly Layer[];
  /** The modules that were loaded and had to be hooked, in the order of loading. */
  readonly modules: readonly HookedModule[];
}

/**
 * - `fetch`: `globalThis.fetch`, which most SDKs call.
 * - `commonjs`, `esm`: hooks on modules of either kind, for packages that call something else.
 */
export type LayerName = 'fetch' | 'commonjs' | 'esm';

export interface Layer {
  readonly name: LayerName;
  readonly active: boolean;
  /** Where it is not active, or not quite: why, as a sentence for people. */
  readonly why?: string | undefined;
}

export interface HookedModule {
  /** What it was hooked for: `node-fetch`, `undici`, `bedrock`, `mcp`. */
  readonly hook: string;
  /** As its package.json has them. */
  readonly name: string;
  readonly version: string;
  readonly format: 'commonjs' | 'module';
  /** Path of the file. */
  readonly file: string;
  readonly hooked: boolean;
  /** Where it is not hooked: why. Its calls pass uncounted then. */
  readonly why?: string | undefined;
}

/** The preload's own record, in plain objects, which copies of this package share. */
const KEY = Symbol.for('spendfuse.coverage');

interface Kept {
  readonly layers: Layer[];
  readonly modules: HookedModule[];
  /** What the preload has put at `globalThis.fetch`. */
  readonly fetch: unknown;
}

const NOT_PRELOADED = 'the preload is not active in this process';

/** As of now, in this thread. */
export function coverage(): Coverage {
  const kept = (globalThis as { [KEY]?: Kept })[KEY];
  if (!kept) {
    const names: readonly LayerName[] = ['fetch', 'commonjs', 'esm'];
    return {
      layers: names.map((name) => ({ name, active: false, why: NOT_PRELOADED })),
      modules: [],
    };
  }
  const layers = kept.layers.map((layer) => ({ ...layer, ...replaced(layer, kept) }));
  return { layers, modules: kept.modules.map((module) => ({ ...module })) };
}

/** Others may wrap our fetch, which is fine, or put theirs in its place, which nobody can tell apart. */
function replaced({ name, active }: Layer, kept: Kept): Pick<Layer, 'why'> {
  if (name !== 'fetch' || !active || globalThis.fetch === kept.fetch) return {};
  return { why: 'globalThis.fetch has been wrapped or replaced since; a wrapper calls it still' };
}
