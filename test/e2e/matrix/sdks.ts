// The SDKs of the matrix, and in which programs they are tried.

export type Family = 'openai' | 'anthropic' | 'gemini';

export interface Sdk {
  /** As the documents have it. */
  readonly title: string;
  /** As programs import it; an older version has a name of its own here. */
  readonly module: string;
  readonly family: Family;
  /** Of the provider, for `SPENDFUSE_HOSTS`. */
  readonly provider: string;
}

export const SDKS: readonly Sdk[] = [
  // The first, for its client of interactions waits for seconds before it tries again.
  { title: '@google/genai 3', module: '@google/genai', family: 'gemini', provider: 'gcp.gemini' },
  { title: 'openai 7', module: 'openai', family: 'openai', provider: 'openai' },
  { title: 'openai 6', module: 'openai-6', family: 'openai', provider: 'openai' },
  { title: 'openai 5', module: 'openai-5', family: 'openai', provider: 'openai' },
  {
    title: '@anthropic-ai/sdk 1',
    module: '@anthropic-ai/sdk',
    family: 'anthropic',
    provider: 'anthropic',
  },
  {
    title: '@anthropic-ai/sdk 0.71',
    module: 'anthropic-0',
    family: 'anthropic',
    provider: 'anthropic',
  },
];

export type Modules = 'cjs' | 'esm';

export const MODULES: readonly Modules[] = ['cjs', 'esm'];
