// Middleware for @anthropic-ai/sdk 1.x, which runs it for each HTTP attempt and retries no error of it.
import { readOutgoing } from '../outgoing.ts';
import { threadGate } from '../thread-gate.ts';

/** What the SDK passes to `fetch`, and the URL. */
export interface AnthropicRequest extends RequestInit {
  url: string;
}

type RequestInit = NonNullable<Parameters<typeof fetch>[1]>;

const PROVIDER = 'anthropic';

/**
 * `new Anthropic({ middleware: [guardAnthropic] })`. Whatever host the client speaks to is taken for
 * Anthropic's, unless it is known as another provider's: then what sends the request there has to be
 * guarded. Settings come from the environment, as for the preload; a call is counted once.
 * @throws BudgetExceededError where a budget refuses: the SDK passes it on as it is.
 */
export async function guardAnthropic<R extends AnthropicRequest>(
  request: R,
  next: (request: R) => Promise<Response>,
): Promise<Response> {
  const gate = await threadGate();
  const url = URL.parse(request.url);
  if (!gate || !url || (gate.providerAt(url)?.name ?? PROVIDER) !== PROVIDER) return next(request);
  // Its path never changes: a model that is put in the place of another is named in the body.
  const send: typeof fetch = (_, init) =>
    next(init === request ? request : { ...request, ...init });
  return gate.pass(readOutgoing(send, { input: url, init: request, url }), PROVIDER);
}
