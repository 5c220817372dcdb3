// The fetch of the package undici under guard: another one than Node's, with classes of its own.
import {
  type Fetch,
  type FetchClasses,
  type FetchInit,
  type FetchInput,
  type Outgoing,
  readOutgoing,
  urlOf,
} from '../outgoing.ts';
import { threadGate } from '../thread-gate.ts';

/** What is at `module.exports` of it. */
export interface UndiciExports extends FetchClasses {
  fetch: Fetch;
  readonly Response: typeof Response;
}

export interface UndiciOptions {
  /** Whether a URL may be one of a provider; others go to undici at once. */
  readonly mayBeMetered: (url: string) => boolean;
}

export function guardUndici(exports: UndiciExports, { mayBeMetered }: UndiciOptions): void {
  const { fetch: original } = exports;
  exports.fetch = function fetch(input, init) {
    const url = urlOf(input, exports);
    if (!url || !mayBeMetered(url.href)) return original(input, init);
    return pass({ exports, original, input, init, url });
  };
}

interface Passing {
  readonly exports: UndiciExports;
  readonly original: Fetch;
  readonly input: FetchInput;
  readonly init: FetchInit;
  readonly url: URL;
}

async function pass({ exports, original, input, init, url }: Passing): Promise<Response> {
  const gate = await threadGate();
  let received: Response | undefined;
  const send: Fetch = async (...given) => (received = await original(...given));
  let outgoing: Outgoing | undefined;
  try {
    outgoing = gate?.isFor(url) ? readOutgoing(send, { input, init, url }, exports) : undefined;
  } catch {
    // What cannot be read goes to the original untouched, and gets its error.
  }
  if (!gate || !outgoing) return original(input, init);
  const response = await gate.fetch(outgoing);
  return received ? withBody(exports, received, response) : response;
}

/** The response as undici made it, but for the stream that its body is read from. */
function withBody(exports: UndiciExports, received: Response, tapped: Response): Response {
  if (received === tapped || !tapped.body) return received;
  const { status, statusText, headers } = received;
  return dressed(new exports.Response(tapped.body, { status, statusText, headers }), received);
}

type FromNetwork = Pick<Response, 'url' | 'redirected' | 'type'>;

/** A response cannot be given these, so they are laid over it, and over its clones. */
function dressed(response: Response, { url, redirected, type }: FromNetwork): Response {
  const plain = response.clone.bind(response);
  const clone = (): Response => dressed(plain(), { url, redirected, type });
  for (const [name, value] of Object.entries({ url, redirected, type, clone })) {
    Object.defineProperty(response, name, { value, configurable: true });
  }
  return response;
}
