// What a call of node-fetch is about to send: read without using it up, and sent again with another body.
import { PassThrough, type Readable, type Stream } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { RequestBody } from '@spendfuse/guard';
import { webResponse, webStreamOf } from '../bridge.ts';
import { fieldsOf } from '../form.ts';
import { type FetchInit, type Outgoing, readBytes } from '../outgoing.ts';
import type {
  NodeFetchExports,
  NodeFetchInit,
  NodeFetchRequest,
  NodeFetchResponse,
} from './types.ts';

export interface Given {
  readonly input: unknown;
  readonly init: NodeFetchInit | undefined;
  readonly url: URL;
  /** Told of each response as it comes. */
  readonly onResponse: (response: NodeFetchResponse) => void;
}

/** @throws TypeError where the headers are none. */
export function readNodeFetch(
  { default: original, Request }: NodeFetchExports,
  { input, init, url, onResponse }: Given,
): Outgoing {
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? [...(request?.headers ?? [])]);
  let kept: Kept | undefined;
  return {
    url,
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    signal: standardSignal(init?.signal ?? request?.signal ?? undefined),
    async body() {
      const read = await readBody(init?.body ?? undefined, request, headers);
      kept = read.kept;
      return read.body;
    },
    async send({ bodyText, path } = {}) {
      const target = path === undefined ? input : movedTo(path, { url, request, Request });
      const body = bodyText ?? kept?.bytes;
      const changed = body === undefined ? init : changedInit({ init, body, headers, kept });
      const response = await original(target, changed);
      onResponse(response);
      const { status } = response;
      const stream = response.body && webStreamOf(response.body);
      return webResponse({ status, headers: response.headers, body: stream });
    },
  };
}

/** node-fetch takes a signal of any make, such as those of the package `abort-controller`. */
function standardSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  const other: Pick<AbortSignal, 'aborted' | 'addEventListener'> = signal;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (other.aborted) abort();
  else other.addEventListener('abort', abort, { once: true });
  return controller.signal;
}

/** A body that could be read only once, as it is sent instead. */
interface Kept {
  readonly bytes: Buffer;
  /** Which node-fetch would have taken from the body. */
  readonly type: string | undefined;
}

interface Read {
  readonly body: RequestBody;
  readonly kept?: Kept | undefined;
}

async function readBody(
  body: unknown,
  request: NodeFetchRequest | undefined,
  headers: Headers,
): Promise<Read> {
  if (typeof body === 'string') return { body: { kind: 'json', text: body } };
  if (isForm(body)) return { body: { kind: 'form', fields: fieldsOf(body) } };
  if (body === undefined) {
    if (!request?.body) throw new TypeError('the request has no body');
    const bytes = Buffer.from(await request.arrayBuffer());
    return { body: await readBytes(exact(bytes), headers), kept: { bytes, type: undefined } };
  }
  if (!isStream(body)) {
    return {
      body: await readBytes(
        await new Response(body as Exclude<FetchInit, undefined>['body']).arrayBuffer(),
        headers,
      ),
    };
  }
  const type = typeOf(body);
  const bytes = await buffer(isReadable(body) ? body : body.pipe(new PassThrough()));
  const typed = new Headers(headers);
  if (type !== undefined && !typed.has('content-type')) typed.set('content-type', type);
  return { body: await readBytes(exact(bytes), typed), kept: { bytes, type } };
}

interface Changing {
  readonly init: NodeFetchInit | undefined;
  readonly body: string | Buffer;
  readonly headers: Headers;
  readonly kept: Kept | undefined;
}

/** All else stays: agent, headers, signal. node-fetch measures the length itself. */
function changedInit({ init, body, headers, kept }: Changing): NodeFetchInit {
  const type = headers.has('content-type') ? undefined : kept?.type;
  if (type === undefined) return { ...init, body };
  return { ...init, headers: [...headers, ['content-type', type]], body };
}

interface Moving extends Pick<NodeFetchExports, 'Request'> {
  readonly url: URL;
  readonly request: NodeFetchRequest | undefined;
}

function movedTo(path: string, { url, request, Request }: Moving): unknown {
  const moved = new URL(url);
  moved.pathname = path;
  return request ? new Request(moved.href, request) : moved.href;
}

/** One of the standard, or a copy of it. */
function isForm(body: unknown): body is FormData {
  return Object.prototype.toString.call(body) === '[object FormData]' && !isStream(body);
}

function isStream(body: unknown): body is Stream {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}

function isReadable(body: Stream): body is Readable {
  return Symbol.asyncIterator in body;
}

/** The package `form-data` makes streams that know their boundary. */
function typeOf(body: Stream): string | undefined {
  const { getBoundary } = body as { getBoundary?: () => string };
  if (typeof getBoundary !== 'function') return undefined;
  return `multipart/form-data;boundary=${getBoundary.call(body)}`;
}

function exact(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
