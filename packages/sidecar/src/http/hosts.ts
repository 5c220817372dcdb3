// Whom the HTTP listener answers: no web page of another origin, by whatever name it got here.
import type { MiddlewareHandler } from 'hono';
import type { Listen } from '../settings.ts';
import { errorBody } from './errors.ts';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * On a loopback address only loopback names and the configured host are accepted as `Host`, because
 * a name an attacker controls can be made to resolve here (DNS rebinding). On other addresses the
 * names are not known, so any is good. An `Origin`, which only browsers send, has to be the same host.
 */
export function checkHost(listen: Listen): MiddlewareHandler {
  const configured = listen.host.includes(':') ? `[${listen.host}]` : listen.host.toLowerCase();
  const loopback = isLoopback(configured);
  const names = new Set([...LOOPBACK_NAMES, configured]);
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase();
    if (host === undefined || (loopback && !names.has(hostName(host)))) {
      return c.json(errorBody({ code: 'FORBIDDEN', message: 'unknown Host', field: 'host' }), 403);
    }
    const origin = c.req.header('origin')?.toLowerCase();
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      return c.json(
        errorBody({ code: 'FORBIDDEN', message: 'foreign Origin', field: 'origin' }),
        403,
      );
    }
    return next();
  };
}

export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(?:\.\d{1,3}){3}$/u.test(host)
  );
}

/** Without the port. */
function hostName(host: string): string {
  return host.replace(/:\d+$/u, '');
}
