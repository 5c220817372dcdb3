// What the doctor knows of packages that call LLM APIs or tools: data, from measuring them under the preload.

export interface KnownPackage {
  /** `*` at the end stands for any rest. */
  readonly name: string;
  /**
   * - `fetch`: it calls `globalThis.fetch`, or node-fetch, which is hooked.
   * - `bedrock`, `mcp`: it has a hook of its own.
   * - `others`: it has no calls of its own, but those of SDKs or of `fetch`.
   * - `none`: nothing catches its calls, as `why` says.
   */
  readonly by: 'fetch' | 'bedrock' | 'mcp' | 'others' | 'none';
  /** The file of it that has to be loaded; default: the package itself. */
  readonly entry?: string | undefined;
  /** Versions below are not guarded, as `why` says. */
  readonly least?: readonly [number, number] | undefined;
  /** Versions below call node-fetch. */
  readonly nodeFetchBelow?: readonly [number, number] | undefined;
  readonly why?: string | undefined;
  /** A part of it that is never guarded. */
  readonly except?: string | undefined;
}

const OWN_HTTP = 'it sends through an HTTP client of its own, which nothing catches';
const REALTIME = 'realtime sessions (WebSocket)';

/** The first that matches. Frameworks are told only where the app itself depends on them. */
export const KNOWN_PACKAGES: readonly KnownPackage[] = [
  {
    name: 'openai',
    by: 'fetch',
    least: [4, 0],
    nodeFetchBelow: [5, 0],
    why: 'versions below 4 send through axios, which nothing catches; upgrade it',
    except: REALTIME,
  },
  { name: '@anthropic-ai/sdk', by: 'fetch', nodeFetchBelow: [0, 40] },
  { name: '@google/genai', by: 'fetch', except: 'live sessions (WebSocket)' },
  { name: '@google/generative-ai', by: 'fetch' },
  { name: 'groq-sdk', by: 'fetch', nodeFetchBelow: [0, 38] },
  { name: '@mistralai/mistralai', by: 'fetch', except: REALTIME },
  {
    name: 'cohere-ai',
    by: 'fetch',
    least: [7, 0],
    why: 'versions below 7 send through node:https, which nothing catches; upgrade it',
  },
  { name: 'ollama', by: 'fetch' },
  {
    name: '@aws-sdk/client-bedrock-runtime',
    by: 'bedrock',
    except: 'bidirectional streams (HTTP/2)',
  },
  {
    name: '@modelcontextprotocol/sdk',
    by: 'mcp',
    entry: 'client/index.js',
  },
  { name: '@azure/openai', by: 'others', least: [2, 0], why: OWN_HTTP },
  { name: '@azure-rest/ai-inference', by: 'none', why: OWN_HTTP },
  { name: 'ai', by: 'others' },
  { name: '@ai-sdk/*', by: 'others' },
  { name: '@langchain/*', by: 'others' },
  { name: '@openai/agents', by: 'others', except: REALTIME },
  { name: '@mastra/core', by: 'others' },
];

/** What puts an app into one file, so that module hooks see none of its parts. */
export const BUNDLERS: readonly string[] = [
  'esbuild',
  'webpack',
  'rollup',
  'vite',
  'tsup',
  'next',
  '@vercel/ncc',
  'parcel',
  '@rspack/core',
];

export function knownPackage(name: string): KnownPackage | undefined {
  return KNOWN_PACKAGES.find(({ name: known }) =>
    known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : name === known,
  );
}
