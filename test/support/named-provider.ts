// A provider by its name, and what it calls a request to one of its paths.
import { type Metered, type Provider, providers } from '@spendfuse/providers';

export function named(name: string): Provider {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`there is no provider ${name}`);
  return provider;
}

export function at(provider: Provider, path: string): Metered {
  const match = provider.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${provider.name} does not meter ${path}`);
  return match;
}
