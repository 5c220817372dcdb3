// Exchanges with providers, as fixtures in the repository and as recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHosts } from '@spendfuse/instrumentation';
import {
  type JsonObject,
  type Metered,
  type Provider,
  providers as registered,
} from '@spendfuse/providers';

export interface Exchange {
  readonly name: string;
  /** Its counts are a provider's; those of a fixture may have been made up. */
  readonly isRecorded: boolean;
  readonly provider: Provider;
  readonly match: Metered;
  readonly url: URL;
  readonly request: JsonObject;
  /** The request is the one that was answered; some were kept without it. */
  readonly hasRequest: boolean;
  readonly isStream: boolean;
  readonly status: number;
  readonly contentType: string;
  /** Of the response. */
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** As the response names it, else the request. */
  readonly model: string | null;
  /** As the provider has reported it in the end; null: not at all. */
  readonly usage: Readonly<Record<string, number>> | null;
  /** What the response itself says that it costs. */
  readonly billedUsd: number | undefined;
  /** Of the error in the response; undefined: nobody has said. */
  readonly errorType: string | undefined;
  /** What is special about it. */
  readonly notes: string;
}

interface File {
  readonly stream: boolean;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Default: `utf8`. */
    readonly encoding?: 'utf8' | 'base64';
    readonly body: string;
  };
  readonly expected: {
    readonly model: string | null;
    readonly usage: Readonly<Record<string, number>> | null;
    readonly billed_by_provider?: number;
    readonly error_type?: string;
    readonly notes?: string;
  };
}

const source = new URL('../../packages/providers/src/template/index.ts', import.meta.url).href;
const { template } = (await import(source)) as { readonly template: Provider };

/** Those in the registry, and the one to copy: what it shows has to hold as well. */
export const providers: readonly Provider[] = [...registered, template];

const fixtures = fileURLToPath(new URL('../conformance/fixtures', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const recordings = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
const hosts = createHosts(
  providers.flatMap(({ name, origins }) => origins.map((origin) => [origin, name] as const)),
);

/** Of all providers. There may be no recordings. */
export function loadExchanges(): readonly Exchange[] {
  return [fixtures, recordings].flatMap((folder) =>
    filesIn(folder).flatMap(([name, file]) => {
      const exchange = exchangeOf(name, file);
      return exchange ? [{ ...exchange, isRecorded: folder === recordings }] : [];
    }),
  );
}

/** Those that no provider meters. */
export function unclaimed(): readonly string[] {
  return [...filesIn(fixtures), ...filesIn(recordings)]
    .filter(([name, file]) => !exchangeOf(name, file))
    .map(([name]) => name);
}

function filesIn(folder: string): readonly (readonly [name: string, file: File])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') && path.includes('/'))
    .toSorted()
    .map((path) => [path, JSON.parse(readFileSync(join(folder, path), 'utf8')) as File]);
}

function exchangeOf(
  name: string,
  { stream, request, response, expected }: File,
): Omit<Exchange, 'isRecorded'> | undefined {
  const url = new URL(request.url);
  const found = hosts.at(url.origin) ?? name.split('/', 1)[0];
  const provider = providers.find((each) => each.name === found);
  const match = provider?.match({ method: 'POST', path: url.pathname });
  if (match?.kind !== 'metered' || !provider) return undefined;
  const headers = new Headers(response.headers);
  const type = headers.get('content-type');
  return {
    name,
    provider,
    match,
    url,
    request: isWhole(request.body) ? request.body : requestOf(request.body, { stream, expected }),
    hasRequest: isWhole(request.body),
    isStream: stream,
    status: response.status,
    contentType: type ?? (stream ? 'text/event-stream' : 'application/json'),
    headers,
    body: new Uint8Array(Buffer.from(response.body, response.encoding ?? 'utf8')),
    model: expected.model,
    usage: expected.usage,
    billedUsd: expected.billed_by_provider,
    errorType: expected.error_type,
    notes: expected.notes ?? '',
  };
}

function isWhole(body: unknown): body is JsonObject {
  return typeof body === 'object' && body !== null && Object.keys(body).length > 1;
}

/** One that could have been answered so. */
function requestOf(
  body: unknown,
  { stream, expected }: Pick<File, 'stream' | 'expected'>,
): JsonObject {
  return {
    model: expected.model,
    messages: [{ role: 'user', content: 'Hello.' }],
    ...(stream && { stream }),
    ...(body as object),
  };
}
