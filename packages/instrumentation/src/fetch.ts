// The base layer: a fetch that puts calls to known LLM APIs under guard and passes all others on.
import { invalid } from '@spendfuse/core';
import { BudgetExceededError, type Guard, type RequestBody } from '@spendfuse/guard';
import { type Metered, type Provider, providers } from '@spendfuse/providers';
import type { Hosts } from './hosts.ts';
import type { Log } from './log.ts';
import {
  type Fetch,
  type FetchInit,
  type FetchInput,
  type Given,
  type Outgoing,
  readOutgoing,
  urlOf,
} from './outgoing.ts';
import { Refusals, refuse } from './refusal.ts';

export interface GuardedFetchOptions {
  /** The fetch that sends. */
  readonly fetch: Fetch;
  readonly guard: Guard;
  readonly hosts: Hosts;
  /** A call to an unknown host that looks like one of a provider may be to one that could not be read. */
  readonly hasUnreadHosts?: boolean | undefined;
  readonly log: Log;
}

/** Shaped like `fetch`; rejects with BudgetExceededError where a budget refuses. */
export function createGuardedFetch(options: GuardedFetchOptions): Fetch {
  const refusals = new Refusals();
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  return async (input: FetchInput, init?: FetchInit) => {
    const url = urlOf(input);
    const provider = url && byName.get(options.hosts.at(url.origin) ?? '');
    if (url && !provider && options.hasUnreadHosts)
      return doubtfulFetch(options, { input, init, url });
    const outgoing = provider && readSafely(options.fetch, { input, init, url });
    if (!outgoing) return options.fetch(input, init);
    const match = provider.match({ method: outgoing.method, path: outgoing.url.pathname });
    if (match.kind === 'metered') {
      return meteredFetch({ ...options, refusals, outgoing, provider, match });
    }
    if (match.kind === 'unknown') {
      const what = `${outgoing.method} ${outgoing.url.pathname}`;
      options.log.warnOnce(what, `${what} may be billed, and passes uncounted`);
    }
    return outgoing.send();
  };
}

/** Who would be billed is not known, so there is no decision to be had. */
async function doubtfulFetch(options: GuardedFetchOptions, given: Given): Promise<Response> {
  const { fetch, guard } = options;
  const outgoing = readSafely(fetch, given);
  if (!outgoing) return fetch(given.input, given.init);
  const target = { method: outgoing.method, path: outgoing.url.pathname };
  if (!providers.some((provider) => provider.match(target).kind === 'metered'))
    return outgoing.send();
  try {
    await guard.undecided(invalid('hosts', `${given.url.host} may be one that could not be read`));
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    return refuse(error, outgoing);
  }
  return outgoing.send();
}

/** What cannot be read goes to the original untouched, and gets its error. */
function readSafely(fetch: Fetch, given: Given): Outgoing | undefined {
  try {
    return readOutgoing(fetch, given);
  } catch {
    return undefined;
  }
}

interface MeteredFetch extends GuardedFetchOptions {
  readonly refusals: Refusals;
  readonly outgoing: Outgoing;
  readonly provider: Provider;
  readonly match: Metered;
}

async function meteredFetch(metered: MeteredFetch): Promise<Response> {
  const { guard, refusals, outgoing, provider, match } = metered;
  const { url, signal } = outgoing;
  let body: RequestBody | undefined;
  try {
    body = await readBody(outgoing, guard);
    if (body === undefined) return await outgoing.send();
    const known = refusals.recall(outgoing, body);
    if (known) throw known;
    const request = { url, body, signal };
    return await guard.call({ provider, match, request, send: outgoing.send });
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    if (body !== undefined) refusals.remember(outgoing, body, error);
    return refuse(error, outgoing);
  }
}

/** Undefined where the body cannot be read and the policy lets the call pass. */
async function readBody(outgoing: Outgoing, guard: Guard): Promise<RequestBody | undefined> {
  try {
    return await outgoing.body();
  } catch (error) {
    await guard.undecided(error);
    return undefined;
  }
}
