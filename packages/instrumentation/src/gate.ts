// Where every request goes that is about to be sent, whoever sends it: metered ones are put under guard.
import { invalid } from '@spendfuse/core';
import { BudgetExceededError, type Guard, type RequestBody } from '@spendfuse/guard';
import { type Metered, type Provider, providers } from '@spendfuse/providers';
import type { Hosts } from './hosts.ts';
import type { Log } from './log.ts';
import type { Outgoing } from './outgoing.ts';
import { Refusals, refuse } from './refusal.ts';
import { isSending, whileSending } from './sending.ts';

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
    if (isSending()) return outgoing.send();
    const provider = name === undefined ? providerAt(outgoing.url) : byName.get(name);
    return provider ? passTo(provider, outgoing, tools) : passDoubtful(outgoing, tools);
  };
  return {
    providerAt,
    isFor: (url) => !isSending() && (options.hasUnreadHosts === true || Boolean(providerAt(url))),
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
    const what = `${method} ${url.pathname}`;
    tools.log.warnOnce(what, `${what} may be billed, and passes uncounted`);
  }
  return outgoing.send();
}

/** Who would be billed is not known, so there is no decision to be had. */
async function passDoubtful(outgoing: Outgoing, { guard }: Tools): Promise<Response> {
  const { method, url } = outgoing;
  const target = { method, path: url.pathname };
  if (providers.some((provider) => provider.match(target).kind === 'metered')) {
    await guard.undecided(invalid('hosts', `${url.host} may be one that could not be read`));
  }
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
  const body = await readBody(outgoing, guard);
  if (body === undefined) return outgoing.send();
  const known = refusals.recall(outgoing, body);
  if (known) throw known;
  const request = { url, body, signal, isFixed: isSigned(outgoing) };
  try {
    return await guard.call({
      provider,
      match,
      request,
      send: (change) => whileSending(() => outgoing.send(change)),
    });
  } catch (error) {
    if (error instanceof BudgetExceededError) refusals.remember(outgoing, body, error);
    throw error;
  }
}

/** By AWS Signature Version 4, which covers body and path. */
function isSigned({ headers }: Outgoing): boolean {
  return headers.get('authorization')?.startsWith('AWS4-') === true;
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
