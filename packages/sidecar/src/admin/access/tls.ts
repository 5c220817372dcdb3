// TLS of the admin plane: its certificate, and whose client certificates it trusts.
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { SpendfuseError } from '@spendfuse/core';

/** Paths of PEM files. */
export interface AdminTlsFiles {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Who signs client certificates. Undefined: there are none. */
  readonly clientCa: string | undefined;
}

/** PEM. */
export interface AdminTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Undefined: clients are not asked for certificates. */
  readonly clientCa: Buffer | undefined;
}

/** Undefined: no TLS. @throws SpendfuseError `CONFIG` for files that cannot be used. */
export async function readAdminTls(files: AdminTlsFiles): Promise<AdminTls | undefined> {
  const { cert, key, clientCa } = files;
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw config(
      'SPENDFUSE_ADMIN_TLS_CERT and SPENDFUSE_ADMIN_TLS_KEY belong together; set both (a client CA needs them too)',
    );
  }
  const [certPem, keyPem] = await Promise.all([read(cert), read(key)]);
  const ca = clientCa === undefined ? undefined : await read(clientCa);
  try {
    createSecureContext({ cert: certPem, key: keyPem, ...(ca === undefined ? {} : { ca }) });
  } catch (cause) {
    const message = `the admin certificate cannot be used: ${(cause as Error).message}`;
    throw config(message, cause);
  }
  return { cert: certPem, key: keyPem, clientCa: ca };
}

/** The common name of an authorized client certificate, fit for a line of the history. */
export function certificateName(socket: Socket | undefined): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return nameOf(socket.getPeerCertificate());
}

interface Subject {
  readonly subject?: { readonly CN?: unknown } | undefined;
}

export function nameOf(certificate: Subject | undefined): string | undefined {
  const name = certificate?.subject?.CN;
  if (typeof name !== 'string') return undefined;
  return name.replaceAll(/[^\w.@ -]+/gu, '_').slice(0, 64) || undefined;
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw config(`${file} cannot be read (${code}); it should be a PEM file`, cause);
  }
}

function config(message: string, cause?: unknown): SpendfuseError {
  return new SpendfuseError({ code: 'CONFIG', message, cause });
}
