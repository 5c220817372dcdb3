// Which paths of Google's APIs are metered, which are free, and which bill in ways not known here.
import type { Match, Metered, Target } from '../provider.ts';

/** Of the Gemini API and Vertex AI alike. */
export type GeminiApi =
  | 'generateContent'
  | 'streamGenerateContent'
  | 'embedContent'
  | 'batchEmbedContents'
  | 'predict'
  | 'interactions';

const FREE: Match = { kind: 'free' };
const UNKNOWN: Match = { kind: 'unknown' };

/** `…/models/MODEL:METHOD`, `…/tunedModels/NAME:METHOD`, `…/endpoints/ID:METHOD`. */
const METHOD_PATH = /\/(models|tunedModels|endpoints)\/([^/]+?):([A-Za-z]+)$/u;

const METHODS: ReadonlyMap<string, readonly [api: GeminiApi, operation: string]> = new Map([
  ['generateContent', ['generateContent', 'generate_content']],
  ['streamGenerateContent', ['streamGenerateContent', 'generate_content']],
  ['embedContent', ['embedContent', 'embeddings']],
  ['batchEmbedContents', ['batchEmbedContents', 'embeddings']],
]);

const FREE_METHODS: ReadonlySet<string> = new Set(['countTokens', 'computeTokens']);

/** Models of `:predict` whose answer is read here; others bill in ways of their own. */
const PREDICTED: readonly { readonly model: RegExp; readonly operation: string }[] = [
  { model: /embedding|gecko/u, operation: 'embeddings' },
  { model: /^imagen-/u, operation: 'generate_content' },
];

/** Writing there keeps something for a while, and keeping a cache is billed by the hour. */
const CACHES = /\/cachedContents(?:\/[^/]+)?$/u;

/** Requests that send something and yet run no model. */
const FREE_PATHS: readonly RegExp[] = [
  /\/(?:files|operations|auth_tokens)(?:\/[^/:]+)?(?::(?:register|cancel))?$/u,
  /\/interactions\/[^/]+\/cancel$/u,
  /:(?:fetchPredictOperation|cancel)$/u,
];

export function match({ method, path }: Target): Match {
  const trimmed = path.replace(/\/+$/u, '');
  if (CACHES.test(trimmed)) return method === 'POST' || method === 'PATCH' ? UNKNOWN : FREE;
  if (method !== 'POST') return FREE;
  const openai = openaiMatch(trimmed, path);
  if (openai) return openai;
  const called = METHOD_PATH.exec(trimmed);
  if (called) return methodMatch(called, path);
  if (trimmed.endsWith('/interactions')) return metered('interactions', path);
  return FREE_PATHS.some((pattern) => pattern.test(trimmed)) ? FREE : UNKNOWN;
}

function methodMatch([, collection, name = '', method = '']: RegExpExecArray, path: string): Match {
  if (FREE_METHODS.has(method)) return FREE;
  // A tuned model has no name but its place.
  const model = collection === 'models' ? decoded(name) : `${collection}/${decoded(name)}`;
  // Of other publishers only what their own functions read.
  if (/\/publishers\/(?!google\/)/u.test(path)) return UNKNOWN;
  const known = METHODS.get(method);
  if (known) return { kind: 'metered', api: known[0], operation: known[1], path, model };
  const predicted =
    method === 'predict' ? PREDICTED.find((each) => each.model.test(model)) : undefined;
  if (!predicted) return FREE_PATHS.some((pattern) => pattern.test(path)) ? FREE : UNKNOWN;
  return { kind: 'metered', api: 'predict', operation: predicted.operation, path, model };
}

/** Both APIs also speak OpenAI's, below `/openai` and `/endpoints/openapi`. */
function openaiMatch(trimmed: string, path: string): Metered | undefined {
  const [, ending] = /\/(?:openai|openapi)\/(chat\/completions|embeddings)$/u.exec(trimmed) ?? [];
  if (ending === undefined) return undefined;
  return ending === 'embeddings'
    ? { kind: 'metered', api: 'embeddings', operation: 'embeddings', path }
    : { kind: 'metered', api: 'chat.completions', operation: 'chat', path };
}

function metered(api: GeminiApi, path: string): Metered {
  return { kind: 'metered', api, operation: 'generate_content', path };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
