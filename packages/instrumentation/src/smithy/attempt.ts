// One HTTP attempt of an AWS SDK client: the guard sends above the signature and gets the raw response
// from below the deserializer, which in turn reads the body that the guard taps.
import { Readable } from 'node:stream';
import type { RequestBody, SentChange } from '@spendfuse/guard';
import { nodeStreamOf, webResponse, webStreamOf } from '../bridge.ts';
import type { Outgoing } from '../outgoing.ts';
import type { SmithyOutput, SmithyRequest, SmithyResponse } from './types.ts';

export interface AttemptOptions {
  readonly request: SmithyRequest;
  readonly signal: AbortSignal | undefined;
  /** Sends a request: signs it, and so on down to the deserialized output. */
  readonly next: (request: SmithyRequest) => Promise<SmithyOutput>;
}

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #raw = Promise.withResolvers<Response>();
  readonly #tapped = Promise.withResolvers<Response>();
  #output: Promise<SmithyOutput> | undefined;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  /** What the deserializer makes of the response; undefined where nothing was sent. */
  get output(): Promise<SmithyOutput> | undefined {
    return this.#output;
  }

  get outgoing(): Outgoing {
    const { request, signal } = this.#options;
    return {
      url: urlOf(request),
      method: request.method,
      // None that say anything of its sender, or of a signature: that comes later.
      headers: new Headers(),
      signal,
      body: async () => bodyOf(request),
      send: (change) => this.#send(change),
    };
  }

  #send(change: SentChange = {}): Promise<Response> {
    this.#output = this.#options.next(changed(this.#options.request, change));
    this.#output.then(
      // Somebody in between has answered: there is nothing to meter.
      () => this.#raw.resolve(new Response(null)),
      (error: unknown) => this.#raw.reject(error),
    );
    return this.#raw.promise;
  }

  /** What the guard has made of the raw response. */
  resolve(tapped: Response): void {
    this.#tapped.resolve(tapped);
  }

  /** Shows the guard the response, and gives it the body that is read from now on. */
  async tap(response: SmithyResponse): Promise<void> {
    const { statusCode: status, headers, body } = response;
    const isNode = body instanceof Readable;
    const isWeb = body instanceof ReadableStream;
    const readable = isNode ? webStreamOf(body) : (body as Uint8Array<ArrayBuffer> | null);
    this.#raw.resolve(
      webResponse({ status, headers: Object.entries(headers), body: readable ?? null }),
    );
    const tapped = await this.#tapped.promise;
    if (isNode && tapped.body) response.body = nodeStreamOf(tapped.body);
    else if (isWeb) response.body = tapped.body;
    else await tapped.arrayBuffer();
  }
}

function urlOf({ protocol, hostname, port, path }: SmithyRequest): URL {
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
}

/** @throws TypeError where there is no text, or no body at all. */
function bodyOf({ body }: SmithyRequest): RequestBody {
  if (typeof body === 'string') return { kind: 'json', text: body };
  if (!(body instanceof Uint8Array)) throw new TypeError('the body of the request is no text');
  return { kind: 'json', text: new TextDecoder('utf-8', { fatal: true }).decode(body) };
}

function changed(request: SmithyRequest, { bodyText, path }: SentChange): SmithyRequest {
  if (bodyText === undefined && path === undefined) return request;
  const copy: SmithyRequest = Object.create(Object.getPrototypeOf(request));
  Object.assign(copy, request, path === undefined ? {} : { path });
  if (bodyText === undefined) return copy;
  const body = Buffer.from(bodyText);
  return Object.assign(copy, { body, headers: withLength(request.headers, body.length) });
}

function withLength(headers: SmithyRequest['headers'], length: number): SmithyRequest['headers'] {
  const entries = Object.entries(headers).map(([name, value]): [string, string] =>
    name.toLowerCase() === 'content-length' ? [name, String(length)] : [name, value],
  );
  return Object.fromEntries(entries);
}
