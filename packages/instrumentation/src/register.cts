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
    'https://bedrock-runtime.*.amazonaws.com',
    'https://bedrock-runtime-fips.*.amazonaws.com',
    'https://bedrock-runtime.*.api.aws',
    'https://bedrock-runtime-fips.*.api.aws',
    'https://*.bedrock-runtime.*.vpce.amazonaws.com',
    'https://bedrock-runtime.*.amazonaws.com.cn',
    'https://bedrock-runtime.*.amazonaws.eu',
    'https://bedrock-mantle.*.api.aws',
    'https://api.groq.com',
    'https://api.deepseek.com',
    'https://api.x.ai',
    'https://*.api.x.ai',
    'https://api.perplexity.ai',
    'https://openrouter.ai',
    'https://eu.openrouter.ai',
    'https://api.together.ai',
    'https://api.together.xyz',
    'https://api.fireworks.ai',
    'https://api.moonshot.ai',
    'https://api.moonshot.cn',
    'https://dashscope.aliyuncs.com',
    'https://dashscope-*.aliyuncs.com',
    'https://api.mistral.ai',
    'https://api.eu.mistral.ai',
    'https://api.us.mistral.ai',
    'https://codestral.mistral.ai',
    'https://api.cohere.com',
    'https://api.cohere.ai',
    'https://api.voyageai.com',
    'https://ai.mongodb.com',
    'http://localhost:11434',
    'http://127.0.0.1:11434',
    'https://ollama.com',
    'http://localhost:1234',
    'http://127.0.0.1:1234',
  ];

  // Where their SDKs are told to go.
  const BASE_URLS = [
    'OPENAI_BASE_URL',
    'ANTHROPIC_BASE_URL',
    'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
    'ANTHROPIC_BEDROCK_BASE_URL',
    'GROQ_BASE_URL',
    'PERPLEXITY_BASE_URL',
    'TOGETHER_BASE_URL',
    'OLLAMA_HOST',
  ];

  // Those that are read here or elsewhere, each after `SPENDFUSE_`.
  const VARIABLES = [
    'ADMIN_LISTEN',
    'ADMIN_READ',
    'ADMIN_TLS_CERT',
    'ADMIN_TLS_CLIENT_CA',
    'ADMIN_TLS_KEY',
    'ADMIN_TOKEN',
    'BAGGAGE',
    'CONFIG',
    'DATA',
    'DURABILITY',
    'ENDPOINT',
    'GRACE',
    'GRPC_LISTEN',
    'HOSTS',
    'HTTP_LISTEN',
    'LABELS',
    'LOG',
    'ON_UNAVAILABLE',
    'PRICES',
    'RETENTION',
    'SOCKET',
    'SPOOL_DIR',
  ];

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
      // Of some, a host alone will do.
      return env[name] && env[name].replace(/^(?![^,]*:\/\/)/, 'http://');
    });
    const hosts = told.join(',').match(/https?:\/\/[^/,=\s]+/gi);
    return hosts !== null && startingLike(hosts).test(url);
  }

  function tells(level: string): boolean {
    const levels = ['silent', 'error', 'warn', 'info', 'debug'];
    const wanted = levels.indexOf((process.env['SPENDFUSE_LOG'] || '').trim());
    return levels.indexOf(level) <= (wanted < 0 ? 2 : wanted);
  }

  function tell(level: string, text: string): void {
    if (tells(level)) process.stderr.write('spendfuse: ' + text.replace(/\s+/g, ' ') + '\n');
  }

  // A misspelt name, of the endpoint even, would mean calls that nobody counts.
  function tellUnknownVariables(): void {
    const others = Object.keys(process.env).filter(function (name) {
      return name.startsWith('SPENDFUSE_') && !VARIABLES.includes(name.slice(10));
    });
    if (others.length === 0) return;
    try {
      require('@spendfuse/core')
        .unknownVariables(others)
        .forEach(function (text: string) {
          tell('warn', text);
        });
    } catch (error) {
      tell('warn', 'the variables cannot be checked: ' + String(error));
    }
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

  const patched: typeof fetch = function fetch(input, init) {
    if (!guarded && !mayBeMetered(input)) return original(input, init);
    guarded = guarded || load();
    return guarded(input, init);
  };
  globalThis.fetch = patched;
  if (threads.isMainThread) tellUnknownVariables();

  // What coverage.ts reads.
  const kept = { layers: [{ name: 'fetch', active: true }], modules: [], fetch: patched };
  (globalThis as Record<symbol, unknown>)[Symbol.for('spendfuse.coverage')] = kept;

  if (!process.env['SPENDFUSE_ENDPOINT']) {
    const why = 'SPENDFUSE_ENDPOINT was not set when the process began';
    ['commonjs', 'esm'].forEach(function (name) {
      (kept.layers as object[]).push({ name, active: false, why });
    });
    return;
  }
  try {
    require('./hooks/install.cjs').installHooks({
      kept,
      patch: function (hook: string, handed: unknown): unknown {
        return require('#hooks').patch(hook, handed, { mayBeMetered });
      },
      tell,
    });
  } catch (error) {
    tell('warn', 'modules cannot be hooked: ' + String(error));
  }
})();
