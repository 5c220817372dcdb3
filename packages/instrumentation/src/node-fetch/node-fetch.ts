// node-fetch under guard, for the SDKs of its time: what goes in and comes out is node-fetch's own.
import { nodeStreamOf } from '../bridge.ts';
import type { Outgoing } from '../outgoing.ts';
import { threadGate } from '../thread-gate.ts';
import { type Given, readNodeFetch } from './outgoing.ts';
import type { NodeFetch, NodeFetchExports, NodeFetchInit, NodeFetchResponse } from './types.ts';

export interface NodeFetchOptions {
  /** Whether a URL may be one of a provider; others go to node-fetch at once. */
  readonly mayBeMetered: (url: string) => boolean;
}

/** To be put in the place of node-fetch, with all that hangs on it. */
export function guardNodeFetch(exports: NodeFetchExports, options: NodeFetchOptions): NodeFetch {
  const { default: original } = exports;
  const guarded: NodeFetch = function fetch(input, init) {
    if (!options.mayBeMetered(urlTextOf(input))) return original(input, init);
    return pass(exports, input, init);
  };
  return Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original));
}

async function pass(
  exports: NodeFetchExports,
  input: unknown,
  init: NodeFetchInit | undefined,
): Promise<NodeFetchResponse> {
  const gate = await threadGate();
  const url = URL.parse(urlTextOf(input));
  let received: NodeFetchResponse | undefined;
  const onResponse = (response: NodeFetchResponse): void => {
    received = response;
  };
  const outgoing =
    gate && url?.host && gate.isFor(url)
      ? readSafely(exports, { input, init, url, onResponse })
      : undefined;
  if (!gate || !outgoing) return exports.default(input, init);
  let isSent = false;
  const send: Outgoing['send'] = (change) => {
    isSent = true;
    return outgoing.send(change);
  };
  let response: Response;
  try {
    response = await gate.fetch({ ...outgoing, send });
  } catch (error) {
    // Aborted while it waited, which is no matter of node-fetch's; but it has an error of its own.
    const { AbortError } = exports;
    if (isSent || !outgoing.signal?.aborted || !AbortError) throw error;
    throw new AbortError('The operation was aborted.', 'aborted');
  }
  if (received) return withBody(exports, received, response.body);
  // A refusal: nobody reads more of it than the headers, which throw.
  return response as unknown as NodeFetchResponse;
}

/** The response as node-fetch made it, but for the stream that its body is read from. */
function withBody(
  { Response: Own }: NodeFetchExports,
  received: NodeFetchResponse,
  body: ReadableStream<Uint8Array> | null,
): NodeFetchResponse {
  if (!body || !received.body) return received;
  const { status, statusText, headers, url, redirected, size, timeout, highWaterMark } = received;
  return new Own(nodeStreamOf(body), {
    status,
    statusText,
    headers,
    url,
    // By which it knows whether it was redirected.
    counter: redirected ? 1 : 0,
    ...(size === undefined ? {} : { size }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(highWaterMark === undefined ? {} : { highWaterMark }),
  });
}

function readSafely(exports: NodeFetchExports, given: Given): Outgoing | undefined {
  try {
    return readNodeFetch(exports, given);
  } catch {
    return undefined;
  }
}

/** Of a string, a URL, a request of any make, or what Node calls a parsed URL. */
function urlTextOf(input: unknown): string {
  if (typeof input === 'string') return input;
  const { href, url } = Object(input) as { readonly href?: unknown; readonly url?: unknown };
  return String(href ?? url ?? input);
}
