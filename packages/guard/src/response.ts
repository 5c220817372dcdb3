// A response with another body and everything else as it was.

/** `Response` cannot be given these, so they are laid over it; `clone` must lay them over again. */
const FROM_NETWORK = ['url', 'redirected', 'type'] as const;

export function withBody(original: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers } = original;
  return dressed(new Response(body, { status, statusText, headers }), original);
}

function dressed(response: Response, original: Response): Response {
  for (const name of FROM_NETWORK) {
    Object.defineProperty(response, name, { value: original[name], configurable: true });
  }
  const clone = (): Response => dressed(Response.prototype.clone.call(response), original);
  Object.defineProperty(response, 'clone', { value: clone, configurable: true });
  return response;
}
