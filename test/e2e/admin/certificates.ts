// Certificates for tests, made by openssl: an authority, a server of 127.0.0.1, clients, a stranger.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Certificates {
  /** Paths of PEM files. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  /** PEM. */
  readonly ca: string;
  readonly client: Signs;
  /** Of the same name, but signed by another authority. */
  readonly stranger: Signs;
}

type Signs = (name: string) => Promise<{ readonly cert: string; readonly key: string }>;

export async function makeCertificates(folder: string): Promise<Certificates> {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const authority = (name: string) => {
    const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', `${name}.key`];
    openssl('req', '-x509', ...key, '-out', `${name}.crt`, ...subject);
  };
  const signed = async (name: string, by: string) => {
    await writeFile(path(`${name}.ext`), 'subjectAltName=IP:127.0.0.1');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', `${name}.key`];
    openssl('req', ...key, '-out', `${name}.csr`, '-subj', `/CN=${name}`, '-nodes');
    const ca = ['-CA', `${by}.crt`, '-CAkey', `${by}.key`, '-CAcreateserial'];
    const out = ['-out', `${name}.crt`, '-days', '2', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...ca, ...out);
    const [cert, secret] = await Promise.all(
      ['crt', 'key'].map((kind) => readFile(path(`${name}.${kind}`), 'utf8')),
    );
    return { cert: cert ?? '', key: secret ?? '' };
  };
  authority('authority');
  authority('other-authority');
  await signed('server', 'authority');
  return {
    files: { ca: path('authority.crt'), cert: path('server.crt'), key: path('server.key') },
    ca: await readFile(path('authority.crt'), 'utf8'),
    client: (name) => signed(name, 'authority'),
    stranger: (name) => signed(name, 'other-authority'),
  };
}
