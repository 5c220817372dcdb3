// The admin plane as a whole: its token, its TLS, its listener.
import type { LocalAuthority } from '@spendfuse/authority';
import type { Log } from '../log.ts';
import { isLoopback } from '../http/hosts.ts';
import type { Listen, SidecarSettings } from '../settings.ts';
import { Access } from './access/access.ts';
import { readAdminTls } from './access/tls.ts';
import { openAdminToken } from './access/token.ts';
import type { ServerStatus } from './operation.ts';
import { startAdmin } from './server.ts';

export interface AdminPlaneOptions {
  readonly authority: LocalAuthority;
  readonly listen: Listen;
  readonly settings: Partial<SidecarSettings>;
  readonly server: () => ServerStatus;
  readonly log: Log;
}

export interface AdminPlane {
  /** `http://127.0.0.1:4752`; gRPC has the same address. */
  readonly url: string;
  /** Undefined: the token was given by a setting. */
  readonly tokenFile: string | undefined;
  close(): Promise<void>;
}

/** @throws SpendfuseError `CONFIG` for an address, a token or a certificate that cannot be used. */
export async function openAdminPlane(options: AdminPlaneOptions): Promise<AdminPlane> {
  const { authority, listen, settings, server, log } = options;
  const { adminTlsCert: cert, adminTlsKey: key, adminTlsClientCa: clientCa } = settings;
  const tls = await readAdminTls({ cert, key, clientCa });
  const token = await openAdminToken({
    token: settings.adminToken,
    dataFolder: settings.dataFolder,
  });
  const local = isLoopback(listen.host);
  if (!local && !tls) {
    log.warn('the admin plane has no TLS: its token can be read on the way', { host: listen.host });
  }
  const access = new Access({
    token,
    openReads: local && settings.adminRead !== 'token',
    now: Date.now,
    onWrongToken: (address) => log.warn('wrong admin token', { address }),
  });
  try {
    const started = await startAdmin({ context: { authority, server }, access, listen, tls, log });
    const close = async (): Promise<void> => {
      await started.close();
      await token.discard();
    };
    return { url: started.url, tokenFile: token.file, close };
  } catch (error) {
    await token.discard();
    throw error;
  }
}
