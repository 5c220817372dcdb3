// What a call of fetch is about to send: read without using it up, and sent again with another body.
import type { RequestBody, SentChange } from '@spendfuse/guard';
import { fieldsOf, isMultipart } from './form.ts';

/** The arguments of `fetch`. */
export type FetchInput = Parameters<typeof fetch>[0];
export type FetchInit = Parameters<typeof fetch>[1];
export type Fetch = typeof fetch;

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /**
   * The body; rejects where there is none, or it is neither a form nor text. A stream is read to its
   * end, and sent from memory afterwards.
   */
  readonly body: () => Promise<RequestBody>;
  /** Sends the request as it was given, but for what is to be changed. */
  readonly send: (change?: SentChange) => Promise<Response>;
}

/** Of whoever's fetch it is: another one than Node's has classes of its own. */
export interface FetchClasses {
  readonly Request: typeof Request;
  readonly FormData: typeof FormData;
}

/** Undefined where the URL cannot be parsed: fetch itself says so best. */
export function urlOf(input: FetchInput, classes: FetchClasses = globalThis): URL | undefined {
  return URL.parse(input instanceof classes.Request ? input.url : String(input)) ?? undefined;
}

export interface Given {
  readonly input: FetchInput;
  readonly init: FetchInit;
  readonly url: URL;
}

/** @throws TypeError where fetch would refuse what was given. */
export function readOutgoing(
  original: Fetch,
  { input, init, url }: Given,
  classes: FetchClasses = globalThis,
): Outgoing {
  const request = input instanceof classes.Request ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  let kept: Uint8Array<ArrayBuffer> | undefined;
  return {
    url,
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    headers,
    signal: init?.signal ?? request?.signal ?? undefined,
    async body() {
      const { body } = init ?? {};
      if (typeof body === 'string') return { kind: 'json', text: body };
      if (body instanceof classes.FormData) return { kind: 'form', fields: fieldsOf(body) };
      if (body === undefined || body === null) {
        if (!request?.body) throw new TypeError('the request has no body');
        return readBytes(await request.clone().arrayBuffer(), headers);
      }
      const bytes = await new Response(body).arrayBuffer();
      // Reading a stream must not change what is sent.
      if (isUsedUp(body)) kept = new Uint8Array(bytes);
      return readBytes(bytes, headers);
    },
    async send({ bodyText, path } = {}) {
      const body = bodyText ?? kept;
      if (body === undefined && path === undefined) return original(input, init);
      const moved = movedTo(path, { input, url, classes });
      const [changedInput, changedInit] = changed({ input: moved, init, body, classes });
      if (!request) return original(changedInput, changedInit);
      // Beside the Request, which is ours: once nobody has that any more it follows no signal.
      const signal = init?.signal === undefined ? request.signal : init.signal;
      return original(changedInput, { ...changedInit, signal });
    },
  };
}

/** @throws TypeError where they are neither a form nor text. */
export async function readBytes(bytes: ArrayBuffer, headers: Headers): Promise<RequestBody> {
  if (isMultipart(headers)) {
    return { kind: 'form', fields: fieldsOf(await new Response(bytes, { headers }).formData()) };
  }
  return { kind: 'json', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
}

/** The same place but for its path. */
function movedTo(
  path: string | undefined,
  { input, url, classes: { Request } }: Omit<Given, 'init'> & { readonly classes: FetchClasses },
): FetchInput {
  if (path === undefined) return input;
  const moved = new URL(url);
  moved.pathname = path;
  return input instanceof Request ? new Request(moved, input) : moved;
}

/** Streams and iterables can be read only once. */
function isUsedUp(body: unknown): boolean {
  return (
    body instanceof ReadableStream ||
    (body as object)?.[Symbol.asyncIterator as never] !== undefined
  );
}

interface Changing {
  readonly input: FetchInput;
  readonly init: FetchInit;
  /** Undefined: only the place is new. */
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly classes: FetchClasses;
}

/** Everything but the body and its length stays: signal, dispatcher, and what else was given. */
function changed({ input, init, body, classes: { Request } }: Changing): [FetchInput, FetchInit] {
  if (body === undefined) return [input, init];
  const request = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? request?.headers);
  const hadLength = headers.has('content-length');
  headers.delete('content-length');
  const given = init?.body;
  const type = given instanceof Blob && !headers.has('content-type') ? given.type : '';
  if (type !== '') headers.set('content-type', type);
  // To a text, but not to bytes, fetch gives a type where there is none.
  const like = typeof body === 'string' && typeof given !== 'string' ? encode(body) : body;
  if (request) return [new Request(request, { ...init, headers, body: like }), dispatcherOf(init)];
  return [input, { ...init, ...(hadLength || type !== '' ? { headers } : {}), body: like }];
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Undici's own option, which `Request` takes from an init but has no name for. */
function dispatcherOf(init: FetchInit): FetchInit {
  const { dispatcher } = (init ?? {}) as { readonly dispatcher?: unknown };
  return dispatcher === undefined ? undefined : ({ dispatcher } as FetchInit);
}
