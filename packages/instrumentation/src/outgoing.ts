// What a call of fetch is about to send: read without using it up, and sent again with another body.

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
   * The body as text; rejects where there is none or it is no text. A stream is read to its end, and
   * sent from memory afterwards.
   */
  readonly text: () => Promise<string>;
  /** Sends the request as it was given; with `bodyText`, with that body instead. */
  readonly send: (bodyText?: string) => Promise<Response>;
}

/** Undefined where the URL cannot be parsed: fetch itself says so best. */
export function urlOf(input: FetchInput): URL | undefined {
  return URL.parse(input instanceof Request ? input.url : String(input)) ?? undefined;
}

export interface Given {
  readonly input: FetchInput;
  readonly init: FetchInit;
  readonly url: URL;
}

/** @throws TypeError where fetch would refuse what was given. */
export function readOutgoing(original: Fetch, { input, init, url }: Given): Outgoing {
  const request = input instanceof Request ? input : undefined;
  let kept: Uint8Array<ArrayBuffer> | undefined;
  return {
    url,
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    headers: new Headers(init?.headers ?? request?.headers),
    signal: init?.signal ?? request?.signal ?? undefined,
    async text() {
      const { body } = init ?? {};
      if (body === undefined || body === null) {
        if (!request?.body) throw new TypeError('the request has no body');
        return decode(await request.clone().arrayBuffer());
      }
      if (typeof body === 'string') return body;
      const bytes = await new Response(body).arrayBuffer();
      // Reading a stream, or a form with a random boundary, must not change what is sent.
      if (isUsedUp(body)) kept = new Uint8Array(bytes);
      return decode(bytes);
    },
    async send(bodyText) {
      const body = bodyText ?? kept;
      if (body === undefined) return original(input, init);
      return original(...changed({ input, init, request, body }));
    },
  };
}

function decode(bytes: ArrayBuffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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
  readonly request: Request | undefined;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Everything but the body and its length stays: signal, dispatcher, and what else was given. */
function changed({ input, init, request, body }: Changing): [FetchInput, FetchInit] {
  const headers = new Headers(init?.headers ?? request?.headers);
  const hadLength = headers.has('content-length');
  headers.delete('content-length');
  if (request) return [new Request(request, { ...init, headers, body }), dispatcherOf(init)];
  return [input, hadLength ? { ...init, headers, body } : { ...init, body }];
}

/** Undici's own option, which `Request` takes from an init but has no name for. */
function dispatcherOf(init: FetchInit): FetchInit {
  const { dispatcher } = (init ?? {}) as { readonly dispatcher?: unknown };
  return dispatcher === undefined ? undefined : ({ dispatcher } as FetchInit);
}
