// Where every request goes that is about to be sent, whoever sends it: metered ones are put under guard.
import { invalid } from '@spendfuse/core';
import {
  BudgetExceededError,
  type Guard,
  type RequestBody,
  type SentChange,
} from '@spendfuse/guard';
import { type Metered, type Provider, providers } from '@spendfuse/providers';
import type { Hosts } from './hosts.ts';
import type { Log } from './log.ts';
import type { Outgoing } from './outgoing.ts';
import { Refusals, refuse } from './refusal.ts';
import type { Sent } from './same-request.ts';
import { isSending, sendWithin, whileSending } from './sending.ts';

export interface GateOptions {
  readonly guard: Guard;
  readonly hosts: Hosts;
  /** A call to an unknown host that looks like one of a provider may be to one that could not be read. */
  readonly hasUnreadHosts?: boolean | undefined;
  readonly log: Log;
}

export interface Gate {
  /** Who is spoken to at this place, as far as the host tells. */
  providerAt(url: URL): Provider | undefined;
  /** Whether requests to this place have to come through here. Others need not even be read. */
  isFor(url: URL): boolean;
  /**
   * Sends it, and resolves and rejects as that does. `provider`: name of who is spoken to, where it is
   * known by something else than the host.
   * @throws BudgetExceededError where a budget refuses; nothing is sent then.
   */
  pass(outgoing: Outgoing, provider?: string): Promise<Response>;
  /** As `pass`, for what is called by SDKs as they call `fetch`: see `refuse`. */
  fetch(outgoing: Outgoing): Promise<Response>;
}

interface Tools extends GateOptions {
  readonly refusals: Refusals;
}

export function createGate(options: GateOptions): Gate {
  const tools: Tools = { ...options, refusals: new Refusals() };
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const providerAt = (url: URL): Provider | undefined =>
    byName.get(options.hosts.at(url.origin) ?? '');
  const pass = async (outgoing: Outgoing, name?: string): Promise<Response> => {
    const provider = name === undefined ? providerAt(outgoing.url) : byName.get(name);
    return provider ? passTo(provider, outgoing, tools) : passDoubtful(outgoing, tools);
  };
  return {
    providerAt,
    isFor: (url) => options.hasUnreadHosts === true || Boolean(providerAt(url)),
    pass,
    async fetch(outgoing) {
      try {
        return await pass(outgoing);
      } catch (error) {
        if (!(error instanceof BudgetExceededError)) throw error;
        return refuse(error, outgoing);
      }
    },
  };
}

async function passTo(provider: Provider, outgoing: Outgoing, tools: Tools): Promise<Response> {
  const { method, url } = outgoing;
  const match = provider.match({ method, path: url.pathname });
  if (match.kind === 'metered') return meteredCall({ ...tools, outgoing, provider, match });
  if (match.kind === 'unknown') {
    const what = `${method} ${url.origin}${url.pathname}`;
    tools.log.warnOnce(what, `${what} may be billed, and passes uncounted`);
  }
  return outgoing.send();
}

/** Who would be billed is not known, so there is no decision to be had. */
async function passDoubtful(outgoing: Outgoing, { guard }: Tools): Promise<Response> {
  const { method, url } = outgoing;
  const target = { method, path: url.pathname };
  if (!providers.some((provider) => provider.match(target).kind === 'metered')) {
    return outgoing.send();
  }
  if (isSending()) {
    const { body } = await readBody(outgoing);
    const within = sendWithin({ url, body }, () => outgoing.send());
    if (within) return within;
  }
  await guard.undecided(invalid('hosts', `${url.host} may be one that could not be read`));
  return outgoing.send();
}

interface MeteredCall extends Tools {
  readonly outgoing: Outgoing;
  readonly provider: Provider;
  readonly match: Metered;
}

async function meteredCall(call: MeteredCall): Promise<Response> {
  const { guard, refusals, outgoing, provider, match } = call;
  const { url, signal } = outgoing;
  const { body, error } = await readBody(outgoing);
  const api = { provider, match };
  const within = sendWithin({ url, body, api }, () => outgoing.send());
  if (within) return within;
  if (!body) {
    await guard.undecided(error);
    return outgoing.send();
  }
  const known = refusals.recall(outgoing, body);
  if (known) throw known;
  const request = { url, body, signal, isFixed: isSigned(outgoing) };
  try {
    return await guard.call({
      provider,
      match,
      request,
      send: (change) =>
        whileSending(asSent({ url, body, api }, change), () => outgoing.send(change)),
    });
  } catch (error) {
    if (error instanceof BudgetExceededError) refusals.remember(outgoing, body, error);
    throw error;
  }
}

function asSent(sent: Sent, { bodyText, path }: SentChange): Sent {
  const url = new URL(sent.url);
  if (path !== undefined) url.pathname = path;
  const body: Sent['body'] = bodyText === undefined ? sent.body : { kind: 'json', text: bodyText };
  return { ...sent, url, body };
}

/** By AWS Signature Version 4, which covers body and path. */
function isSigned({ headers }: Outgoing): boolean {
  return headers.get('authorization')?.startsWith('AWS4-') === true;
}

interface BodyRead {
  readonly body: RequestBody | undefined;
  /** Why it cannot be read. */
  readonly error?: unknown;
}

async function readBody(outgoing: Outgoing): Promise<BodyRead> {
  try {
    return { body: await outgoing.body() };
  } catch (error) {
    return { body: undefined, error };
  }
}
