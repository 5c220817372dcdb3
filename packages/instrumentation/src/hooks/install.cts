// Module hooks of the preload: recognise the few packages whose calls do not go through globalThis.fetch
// and add one short statement to them that hands over what is to be guarded. No line of theirs moves.
//
// CommonJS is caught where Node compiles it, which every way of loading comes to. ES modules take a
// load hook (`module.registerHooks`). On a Node whose load hooks break `require` in CommonJS that is
// imported there is none, but one that resolves: classes are changed once they are there, and where a
// function is exported, a module that stands in for the package imports it and exports what is guarded.
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
  /** It exports a class, which is changed in place, whoever has imported it. */
  isClass?: boolean;
  /** What is handed over, as an expression in that module. */
  hands: string;
  /**
   * A name of that module to be given what comes back: of a function only, which is there before the
   * first line is run. Otherwise the statement stands at the end, where everything is there.
   */
  replaces?: string;
  /** What a module that stands in for it imports to hand it over: the default is to be replaced. */
  imports?: string;
};

const TARGETS: readonly Target[] = [
  {
    hook: 'bedrock',
    package: '@aws-sdk/client-bedrock-runtime',
    format: 'commonjs',
    file: '/dist-cjs/index.js',
    trait: 'BedrockRuntimeClient',
    isClass: true,
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
    hands: '{exports:{default:fetch,Request,Response,AbortError}}',
    replaces: 'fetch',
    imports: 'fetch,{Request,Response,AbortError}',
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
    isClass: true,
    hands: 'module',
  },
  {
    hook: 'mcp',
    package: '@modelcontextprotocol/sdk',
    format: 'module',
    file: '/dist/esm/client/index.js',
    trait: 'An MCP client on top of a pluggable transport',
    isClass: true,
    hands: '{exports:{Client}}',
  },
];

/** Find out at the first glance that a path is none of these. */
const ENDS = { commonjs: endsOf('commonjs'), module: endsOf('module') };

type Found = { target: Target; name: string; version: string; file: string };

/** What is done with what is handed over; gives what stands in its place. */
type Patch = (hook: string, handed: { exports: unknown }) => unknown;

const BEING_LOADED = 'it is being loaded';

type Tell = (level: 'warn' | 'debug', text: string) => void;

type Options = { kept: Kept; patch: Patch; tell: Tell };

function installHooks(options: Options): void {
  const { kept } = options;
  const desk = openDesk(options);
  (globalThis as Record<symbol, unknown>)[Symbol.for('spendfuse.loaded')] = desk.handOver;
  for (const [path, module] of Object.entries(require.cache)) {
    if (module) unlessItFails(() => takeLoaded(desk, path, module));
  }
  const extend: Extend = (source, path, format) =>
    unlessItFails(() => extended(desk, { source, path, format })) ?? source;
  kept.layers.push({ name: 'commonjs', ...hookCommonjs(extend) });
  const standIns = new Map<string, string | undefined>();
  const esm = hookEsm(extend, (module) => {
    const key = `${module.url} ${module.isRequired}`;
    if (!standIns.has(key)) standIns.set(key, standInFor(desk, module));
    return standIns.get(key);
  });
  kept.layers.push({ name: 'esm', ...esm });
}

/** Where modules are announced and handed over. */
type Desk = {
  tell: Tell;
  /** Index under which the module is handed over. */
  record: (found: Found, why: string) => { index: number; entry: HookedModule };
  /** What stands in its place; undefined: nothing does. */
  handOver: (index: number, value: { exports: unknown }) => unknown;
};

function openDesk({ kept, patch, tell }: Options): Desk {
  const handed = new Map<number, HookedModule>();
  return {
    tell,
    record({ target, name, version, file }, why) {
      const { hook, format } = target;
      // Node loads some twice, and runs them once.
      const isKnown = (module: HookedModule): boolean => module.hooked && module.file === file;
      const known = why === BEING_LOADED ? kept.modules.findIndex(isKnown) : -1;
      const entry = kept.modules[known] ?? {
        hook,
        name,
        version,
        format,
        file,
        hooked: false,
        why,
      };
      const index = known < 0 ? kept.modules.push(entry) - 1 : known;
      handed.set(index, entry);
      return { index, entry };
    },
    handOver(index, value) {
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
    },
  };
}

type Source = { source: string; path: string; format: Target['format'] };

/** The source with the statement, or as it was. */
function extended(desk: Desk, { source, path, format }: Source): string {
  const found = ENDS[format].test(path) ? find(source, path, format) : undefined;
  if (!found) return source;
  const { replaces, hands } = found.target;
  const { index } = desk.record(found, BEING_LOADED);
  const call = `globalThis[Symbol.for("spendfuse.loaded")]?.(${index},${hands})`;
  return replaces ? `${replaces}=${call}??${replaces};${source}` : `${source}\n;${call};`;
}

/** URL of a module to be loaded in the place of one; undefined where that is loaded itself. */
function standInFor(desk: Desk, { path, url, isRequired }: Resolved): string | undefined {
  const found = find(readFileSync(path, 'utf8'), path, 'module');
  if (!found) return undefined;
  const { imports, hands } = found.target;
  if (imports !== undefined && isRequired) {
    const why = `Node ${process.versions.node} cannot hook ES modules that are required`;
    const what = `${found.name} ${found.version} is required, and its calls pass uncounted`;
    desk.tell('warn', `${what}: ${why}; import it, or take a newer Node`);
    desk.record(found, why);
    return undefined;
  }
  const { index } = desk.record(found, BEING_LOADED);
  if (imports === undefined) {
    // A class is changed in place, which can be done as soon as it is there.
    import(url).then((exports) => desk.handOver(index, { exports })).catch(() => {});
    return undefined;
  }
  const original = JSON.stringify(url);
  const guarded = `globalThis[Symbol.for("spendfuse.loaded")]?.(${index},${hands})??fetch`;
  const source = `import ${imports} from ${original};export*from ${original};export default ${guarded};`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** Before there were hooks: whoever has imported a function then calls that one. */
function takeLoaded(desk: Desk, path: string, module: NodeJS.Module): void {
  if (!ENDS.commonjs.test(path)) return;
  const found = find(readFileSync(path, 'utf8'), slashed(path), 'commonjs');
  if (!found) return;
  const { index, entry } = desk.record(found, BEING_LOADED);
  desk.handOver(index, module);
  if (found.target.isClass) return;
  entry.hooked = false;
  entry.why = 'it was loaded before Spendfuse, which has to come first';
  desk.tell('warn', `calls of ${found.name} ${found.version} may pass uncounted: ${entry.why}`);
}

type Active = { active: boolean; why?: string };
/** A file that may be an ES module of ours, as it was found. */
type Resolved = { path: string; url: string; isRequired: boolean };
type StandIn = (module: Resolved) => string | undefined;
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

function hookEsm(extended: Extend, standIn: StandIn): Active {
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
      // What stands in for a module asks for that module itself.
      if (context.parentURL?.startsWith('data:text/javascript,import')) return resolved;
      // Where it is required, the format is not known yet.
      const path = resolved.format === 'commonjs' ? undefined : pathOf(resolved.url);
      if (path === undefined) return resolved;
      const url = unlessItFails(() => {
        // A set on some Nodes, a list on others.
        const isRequired = new Set(context.conditions).has('require');
        return standIn({ path, url: resolved.url, isRequired });
      });
      return url === undefined ? resolved : { ...resolved, url, format: 'module' };
    },
  });
  return { active: false, why: ONLY_IMPORTED };
}

const ONLY_IMPORTED =
  'it takes Node 22.22.3, 24.11.1, 25.1 or newer; here packages are guarded where they are imported';

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

/** The application's module is what matters. */
function unlessItFails<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

module.exports = { installHooks };
