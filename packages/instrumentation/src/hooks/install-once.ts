// The preload's module hooks for programs without the preload.
import { createRequire } from 'node:module';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { type Handed, patch } from './patches.ts';

/** What the preload and coverage.ts know them by. */
const LOADED = Symbol.for('spendfuse.loaded');
const COVERAGE = Symbol.for('spendfuse.coverage');

type Marked = typeof globalThis & { [LOADED]?: unknown; [COVERAGE]?: unknown };

interface Layer {
  readonly name: string;
  readonly active: boolean;
  readonly why?: string;
}

interface Hooks {
  readonly installHooks: (options: {
    readonly kept: unknown;
    readonly patch: (hook: string, handed: Handed) => unknown;
    readonly tell: (level: 'warn' | 'debug', text: string) => void;
  }) => void;
}

/** At most once in a thread; after fetch has been patched. Never throws. */
export function installOnce(): void {
  const target: Marked = globalThis;
  if (target[LOADED] || target[COVERAGE]) return;
  const { settings } = readSettings(process.env);
  const layers: Layer[] = [{ name: 'fetch', active: true }];
  const kept = { layers, modules: [], fetch: globalThis.fetch };
  target[COVERAGE] = kept;
  if (settings.endpoint === undefined) {
    const why = 'SPENDFUSE_ENDPOINT was not set when the instrumentation began';
    layers.push({ name: 'commonjs', active: false, why }, { name: 'esm', active: false, why });
    return;
  }
  const { hosts, hasUnreadHosts } = settings;
  const mayBeMetered = (url: string): boolean =>
    hasUnreadHosts || hosts.at(URL.parse(url)?.origin ?? '') !== undefined;
  const log = createLog(settings.log);
  try {
    const { installHooks } = createRequire(import.meta.url)('#install') as Hooks;
    installHooks({
      kept,
      patch: (hook, handed) => patch(hook, handed, { mayBeMetered }),
      tell: (level, text) => log[level](text),
    });
  } catch (error) {
    log.warn(`modules cannot be hooked: ${String(error)}`);
  }
}
