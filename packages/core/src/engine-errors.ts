// What the engine says of ids that do not fit a verb.
import { SpendfuseError } from './errors.ts';

export function notFound(id: string): SpendfuseError {
  const message = `no reservation ${id}; send \`call\` along to have the usage recorded`;
  return new SpendfuseError({ code: 'NOT_FOUND', message, field: 'id' });
}

export function reused(id: string): SpendfuseError {
  const message = `id ${id} was used before with other content; mint a new one for each attempt`;
  return new SpendfuseError({ code: 'ID_REUSED', message, field: 'id' });
}

export function settled(id: string): SpendfuseError {
  const message = `reservation ${id} has already ended`;
  return new SpendfuseError({ code: 'SETTLED', message, field: 'id' });
}

export function expired(id: string): SpendfuseError {
  const message = `reservation ${id} expired before it was extended`;
  return new SpendfuseError({ code: 'EXPIRED', message, field: 'id' });
}

export function tooOld(id: string): SpendfuseError {
  const message = `reservation ${id} is older than 24 h; whether it was used is not known`;
  return new SpendfuseError({ code: 'ID_EXPIRED', message, field: 'id' });
}

export function tooManyScopes(budget: string): SpendfuseError {
  const message = `budget "${budget}" has as many open scopes as it may have; raise maxScopes`;
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}
