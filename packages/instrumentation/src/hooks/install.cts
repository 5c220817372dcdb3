// Module hooks of the preload: recognise the few packages whose calls do not go through globalThis.fetch
// and add one short statement to them that hands over what is to be guarded. No line of theirs moves.
//
// CommonJS is caught where Node compiles it, which every way of loading comes to. ES modules take a
// load hook (`module.registerHooks`). On a Node whose load hooks break `require` in CommonJS that is
// imported there is none: classes are changed once they are there, and of functions it is told.
const nodeModule: typeof import('node:module') = require('node:module');
const { readFileSync }: typeof import('node:fs') = require('node:fs');
const { fileURLToPath }: typeof import('node:url') = require('node:url');

type Kept = {
  layers: { name: string; active: boolean; why?: string }[];
  modules: HookedModule[];
  fetch: unknown;
};

type HookedModule = {
  hook: string;
  name: string;
  version: string;
  format: 'commonjs' | 'module';
  file: string;
  hooked: boolean;
  why?: string;
};

type Target = {
  hook: string;
  /** Name of the package. */
  package: string;
  format: 'commonjs' | 'module';
  /** Path of the file in it. */
  file: string;
  /** Some text of the file, by which a copy under another name is told from other packages' files. */
  trait: string;
  /** What is handed over, as an expression in that module. */
  hands: string;
  /**
   * A name of that module to be given what comes back: of a function only, which is there before the
   * first line is run. Otherwise the statement stands at the end, where everything is there.
   */
  replaces?: string;
};

const TARGETS: readonly Target[] = [
  {
    hook: 'bedrock',
    package: '@aws-sdk/client-bedrock-runtime',
    format: 'commonjs',
    file: '/dist-cjs/index.js',
    trait: 'BedrockRuntimeClient',
    hands: 'module',
  },
  {
    hook: 'node-fetch',
    package: 'node-fetch',
    format: 'commonjs',
    file: '/lib/index.js',
    trait: 'FetchError',
    hands: 'module',
  },
  {
    hook: 'node-fetch',
    package: 'node-fetch',
    format: 'module',
    file: '/src/index.js',
    trait: 'node-fetch cannot load',
    hands: '{exports:{default:fetch,Request,Response}}',
    replaces: 'fetch',
  },
  {
    hook: 'undici',
    package: 'undici',
    format: 'commonjs',
    file: '/index.js',
    trait: 'setGlobalDispatcher',
    hands: 'module',
  },
  {
    hook: 'mcp',
    package: '@modelcontextprotocol/sdk',
    format: 'commonjs',
    file: '/dist/cjs/client/index.js',
    trait: 'An MCP client on top of a pluggable transport',
    hands: 'module',
  },
  {
    hook: 'mcp',
    package: '@modelcontextprotocol/sdk',
    format: 'module',
    file: '/dist/esm/client/index.js',
    trait: 'An MCP client on top of a pluggable transport',
    hands: '{exports:{Client}}',
  },
];

/** Find out at the first glance that a path is none of these. */
const ENDS = { commonjs: endsOf('commonjs'), module: endsOf('module') };

type Found = { target: Target; name: string; version: string; file: string };

/** What is done with what is handed over; gives what stands in its place. */
type Patch = (hook: string, handed: { exports: unknown }) => unknown;

type Tell = (level: 'warn' | 'debug', text: string) => void;

function installHooks(options: { kept: Kept; patch: Patch; tell: Tell }): void {
  const { kept, patch, tell } = options;
  const handed = new Map<number, HookedModule>();

  function handOver(index: number, value: { exports: unknown }): unknown {
    const entry = handed.get(index);
    handed.delete(index);
    if (!entry) return undefined;
    try {
      const replacement = patch(entry.hook, value);
      entry.hooked = true;
      delete entry.why;
      tell('debug', `${entry.name} ${entry.version} (${entry.format}) is guarded`);
      return replacement;
    } catch (error) {
      entry.why = String(error);
      const what = `${entry.name} ${entry.version} could not be hooked`;
      tell('warn', `${what}, and its calls pass uncounted: ${entry.why}`);
      return undefined;
    }
  }
  (globalThis as Record<symbol, unknown>)[Symbol.for('spendfuse.loaded')] = handOver;

  function record({ target, name, version, file }: Found, why: string): number {
    const { hook, format } = target;
    const entry = { hook, name, version, format, file, hooked: false, why };
    kept.modules.push(entry);
    handed.set(kept.modules.length - 1, entry);
    return kept.modules.length - 1;
  }

  /** The source with the statement, or as it was. */
  function extended(source: string, path: string, format: Target['format']): string {
    if (!ENDS[format].test(path)) return source;
    try {
      const found = find(source, path, format);
      if (!found) return source;
      const { replaces, hands } = found.target;
      const index = record(found, 'it is being loaded');
      const call = `globalThis[Symbol.for("spendfuse.loaded")]?.(${index},${hands})`;
      return replaces ? `${replaces}=${call}??${replaces};${source}` : `${source}\n;${call};`;
    } catch {
      return source;
    }
  }

  const commonjs = hookCommonjs(extended);
  kept.layers.push({ name: 'commonjs', ...commonjs });
  const esm = hookEsm(extended, (path, url) => {
    const found = find(readFileSync(path, 'utf8'), path, 'module');
    if (!found || kept.modules.some(({ file }) => file === path)) return;
    const why = `Node ${process.versions.node} cannot hook ES modules`;
    const index = record(found, why);
    if (found.target.replaces === undefined) {
      // A class is changed in place, which can be done as soon as it is there.
      import(url).then((exports) => handOver(index, { exports })).catch(() => {});
      return;
    }
    const what = `${found.name} ${found.version} is imported`;
    tell('warn', `${what}, and its calls pass uncounted: ${why}; take a newer Node`);
  });
  kept.layers.push({ name: 'esm', ...esm });
}

type Active = { active: boolean; why?: string };
type Extend = (source: string, path: string, format: Target['format']) => string;

/** Node's own name for where all of CommonJS is compiled; hooks on it have been common for long. */
type Compiling = { prototype: { _compile?: (this: unknown, ...given: unknown[]) => unknown } };

function hookCommonjs(extended: Extend): Active {
  const { prototype } = nodeModule as unknown as Compiling;
  const compile = prototype._compile;
  if (typeof compile !== 'function') return { active: false, why: 'this Node compiles otherwise' };
  prototype._compile = function (content, filename, ...rest) {
    const isText = typeof content === 'string' && typeof filename === 'string';
    const source = isText ? extended(content, slashed(filename), 'commonjs') : content;
    return compile.call(this, source, filename, ...rest);
  };
  return { active: true };
}

function hookEsm(extended: Extend, onUnhooked: (path: string, url: string) => void): Active {
  const { registerHooks } = nodeModule;
  if (typeof registerHooks !== 'function') {
    return { active: false, why: 'this Node has no module.registerHooks' };
  }
  if (hasSoundLoadHooks()) {
    registerHooks({
      load(url, context, nextLoad) {
        const loaded = nextLoad(url, context);
        const path = loaded.format === 'module' ? pathOf(url) : undefined;
        if (path === undefined || !loaded.source) return loaded;
        const text = textOf(loaded.source);
        const source = extended(text, path, 'module');
        return source === text ? loaded : { ...loaded, source };
      },
    });
    return { active: true };
  }
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      // Where it is required, the format is not known yet.
      const path = resolved.format === 'commonjs' ? undefined : pathOf(resolved.url);
      if (path !== undefined) ignoringErrors(() => onUnhooked(path, resolved.url));
      return resolved;
    },
  });
  return { active: false, why: 'it takes Node 22.22.3, 24.11.1 or 25.1, or a newer one' };
}

/** Below these, CommonJS that is imported while a load hook is there has a `require` without cache. */
function hasSoundLoadHooks(): boolean {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  const least: Record<number, readonly [number, number]> = { 22: [22, 3], 24: [11, 1], 25: [1, 0] };
  const [leastMinor, leastPatch] = least[major] ?? [major > 25 ? 0 : Infinity, 0];
  return minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
}

/** Of a file that may be an ES module of ours. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  const path = url.replace(/[?#].*$/s, '');
  return ENDS.module.test(path) ? slashed(fileURLToPath(path)) : undefined;
}

function find(source: string, path: string, format: Target['format']): Found | undefined {
  for (const target of TARGETS) {
    if (target.format !== format || !path.endsWith(target.file)) continue;
    if (!source.includes(target.trait)) continue;
    const root = path.slice(0, -target.file.length);
    const { name, version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    if (name === target.package) return { target, name, version: String(version), file: path };
  }
  return undefined;
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === 'string' ? source : Buffer.from(source as ArrayBuffer).toString('utf8');
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function endsOf(format: Target['format']): RegExp {
  const files = TARGETS.filter((target) => target.format === format).map(({ file }) => file);
  return new RegExp(`(?:${files.map(escaped).join('|')})$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function ignoringErrors(run: () => void): void {
  try {
    run();
  } catch {
    // The application's module is what matters.
  }
}

module.exports = { installHooks };
