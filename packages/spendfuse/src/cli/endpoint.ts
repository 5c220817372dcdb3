// Which sidecar the commands talk to.
import { type BudgetAuthority, SpendfuseError } from '@spendfuse/core';

export const DEFAULT_ENDPOINT = '127.0.0.1:4750';

/** `--endpoint`, else SPENDFUSE_ENDPOINT, else the default address. */
export function endpointOf(flag: string | undefined): string {
  return flag ?? (process.env['SPENDFUSE_ENDPOINT'] || DEFAULT_ENDPOINT);
}

/**
 * Runs `fn` with a client of that endpoint, and lets go of the connection afterwards.
 * @throws SpendfuseError `UNAVAILABLE` if no sidecar answers there.
 */
export async function withClient<T>(
  endpoint: string,
  fn: (client: BudgetAuthority) => Promise<T>,
): Promise<T> {
  const { createClient } = await import('@spendfuse/client');
  const client = createClient({ endpoint });
  try {
    return await fn(client);
  } catch (thrown) {
    const error = SpendfuseError.from(thrown);
    if (error.code !== 'UNAVAILABLE') throw error;
    const message = `no Spendfuse sidecar answers at ${endpoint}; start one with \`spendfuse up\``;
    throw new SpendfuseError({ code: 'UNAVAILABLE', message, cause: error });
  } finally {
    await client.close();
  }
}
