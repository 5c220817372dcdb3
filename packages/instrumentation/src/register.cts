// The preload: `node --require spendfuse/register` or `--import spendfuse/register`. Patches fetch and
// loads everything else at the first call to an LLM API. Written so that any Node can parse it.
(function () {
  const MARK = Symbol.for('spendfuse.fetch');
  const version = process.versions.node.split('.').map(Number);
  const major = version[0] || 0;
  if (major < 22 || (major === 22 && (version[1] || 0) < 15)) {
    process.stderr.write(
      'spendfuse: needs Node 22.15 or newer and this is ' +
        process.versions.node +
        '; calls pass unchanged and uncounted\n',
    );
    return;
  }
  const threads = require('node:worker_threads');
  const target = globalThis as typeof globalThis & { [MARK]?: boolean };
  // Node's own thread for module hooks runs preloads too; no application code is there.
  if (threads.isInternalThread || target[MARK]) return;
  target[MARK] = true;

  const original = globalThis.fetch;
  let guarded: typeof fetch | undefined;

  // Those of all providers; a `*` is a part of a host.
  const ORIGINS = [
    'https://api.openai.com',
    'https://*.openai.azure.com',
    'https://*.cognitiveservices.azure.com',
    'https://*.services.ai.azure.com',
    'https://api.anthropic.com',
    'https://generativelanguage.googleapis.com',
    'https://aiplatform.googleapis.com',
    'https://*-aiplatform.googleapis.com',
    'https://aiplatform.*.rep.googleapis.com',
  ];

  // Where their SDKs are told to go.
  const BASE_URLS = ['OPENAI_BASE_URL', 'ANTHROPIC_BASE_URL'];

  const known = startingLike(ORIGINS);

  function startingLike(origins: string[]): RegExp {
    const patterns = origins.map(function (origin) {
      return origin.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replace(/\*/g, '[a-z0-9-]+');
    });
    return new RegExp('^(?:' + patterns.join('|') + ')', 'i');
  }

  // May say yes too often: what is loaded then looks closely. Says no without loading anything.
  function mayBeMetered(input: unknown): boolean {
    const env = process.env;
    if (!env['SPENDFUSE_ENDPOINT']) return false;
    const url = String(input instanceof Request ? input.url : input);
    if (known.test(url)) return true;
    // Which hosts are meant by what cannot be read is for others to say.
    if (!/^(?:\s*https?:\/\/[^\s,=]+=[a-z_.-]+\s*(?:,|$))*$/i.test(env['SPENDFUSE_HOSTS'] || ''))
      return true;
    const told = ['SPENDFUSE_HOSTS'].concat(BASE_URLS).map(function (name) {
      return env[name];
    });
    const hosts = told.join(',').match(/https?:\/\/[^/,=\s]+/gi);
    return hosts !== null && startingLike(hosts).test(url);
  }

  function load(): typeof fetch {
    try {
      return require('#preload').start(original);
    } catch (error) {
      const policy = process.env['SPENDFUSE_ON_UNAVAILABLE'];
      process.stderr.write('spendfuse: could not be loaded: ' + String(error) + '\n');
      if (policy === 'allow') return original;
      return function () {
        return Promise.reject(error);
      };
    }
  }

  globalThis.fetch = function fetch(input, init) {
    if (!guarded && !mayBeMetered(input)) return original(input, init);
    guarded = guarded || load();
    return guarded(input, init);
  };
})();
