// Exchanges with providers, as fixtures in the repository and as recordings where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHosts } from '@spendfuse/instrumentation';
import { type JsonObject, type Metered, type Provider, providers } from '@spendfuse/providers';

export interface Exchange {
  readonly name: string;
  /** Its counts are a provider's; those of a fixture may have been made up. */
  readonly isRecorded: boolean;
  readonly provider: Provider;
  readonly match: Metered;
  readonly url: URL;
  readonly request: JsonObject;
  readonly isStream: boolean;
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** As the provider has reported it in the end; null: not at all. */
  readonly usage: Readonly<Record<string, number>> | null;
}

interface File {
  readonly stream: boolean;
  readonly request: { readonly url: string; readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly expected: {
    readonly model: string | null;
    readonly usage: Readonly<Record<string, number>> | null;
  };
}

const fixtures = fileURLToPath(new URL('../conformance/fixtures', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/recordings', import.meta.url));
const recordings = process.env['SPENDFUSE_RECORDINGS'] ?? shared;
const hosts = createHosts(
  providers.flatMap(({ name, origins }) => origins.map((origin) => [origin, name] as const)),
);

/** Of the providers in the registry. There may be no recordings. */
export function loadExchanges(): readonly Exchange[] {
  return [...load(fixtures), ...load(recordings)];
}

function load(folder: string): readonly Exchange[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json') && path.includes('/'))
    .toSorted()
    .flatMap((path) => {
      const file = JSON.parse(readFileSync(join(folder, path), 'utf8')) as File;
      const exchange = exchangeOf(path, file);
      return exchange ? [{ ...exchange, isRecorded: folder === recordings }] : [];
    });
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
  const type = response.headers?.['content-type'];
  return {
    name,
    provider,
    match,
    url,
    request: requestOf(request.body, { stream, model: expected.model }),
    isStream: stream,
    status: response.status,
    contentType: type ?? (stream ? 'text/event-stream' : 'application/json'),
    body: new TextEncoder().encode(response.body),
    usage: expected.usage,
  };
}

/** Some were kept without their request. */
function requestOf(
  body: unknown,
  { stream, model }: { readonly stream: boolean; readonly model: string | null },
): JsonObject {
  if (typeof body === 'object' && body !== null && Object.keys(body).length > 1) {
    return body as JsonObject;
  }
  return {
    model,
    messages: [{ role: 'user', content: 'Hello.' }],
    ...(stream && { stream }),
    ...(body as object),
  };
}
