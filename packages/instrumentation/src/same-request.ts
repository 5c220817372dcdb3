// Whether a request that is about to be sent is one that was seen on its way before. What lies between may
// send it elsewhere (a gateway, another path), or add something to its body.
import type { RequestBody } from '@spendfuse/guard';
import type { JsonObject, Metered, Provider } from '@spendfuse/providers';

export interface Sent {
  readonly url: URL;
  /** Undefined: it cannot be read, as where something in between has compressed it. */
  readonly body: RequestBody | undefined;
  /** Undefined: nobody knows whose host that is. */
  readonly api?: { readonly provider: Provider; readonly match: Metered } | undefined;
}

/**
 * The same body, wherever it goes; or the same question, to the same model by the same API. A question
 * that is another by a word is another one: rather one too many is counted than one too few.
 */
export function isSameRequest(above: Sent, below: Sent): boolean {
  if (!above.body || !below.body) return placeOf(above) === placeOf(below);
  if (textOf(above.body) === textOf(below.body)) return true;
  const question = questionOf(above);
  return question !== undefined && question === questionOf(below);
}

function placeOf({ url }: Sent): string {
  return url.origin + url.pathname;
}

function textOf(body: RequestBody): string {
  return body.kind === 'json' ? body.text : JSON.stringify(body.fields);
}

/** Undefined where it cannot be understood. */
function questionOf({ body, api }: Sent): string | undefined {
  if (!body || !api) return undefined;
  const { provider, match } = api;
  try {
    const fields = body.kind === 'json' ? (JSON.parse(body.text) as JsonObject) : body.fields;
    const { model } = provider.request(match, fields);
    const { texts, extraTokens } = provider.bound(match, fields);
    return JSON.stringify([match.api, model, texts, extraTokens]);
  } catch {
    return undefined;
  }
}
