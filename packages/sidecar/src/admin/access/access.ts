// Who may administer: by token or client certificate; on loopback anyone may read, unless told otherwise.
import type { Act } from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import type { AdminToken } from './token.ts';
import { WrongTokens } from './wrong-tokens.ts';

/** What a request says of its sender, whichever edge it came through. */
export interface Credentials {
  /** The header or the metadata `authorization`. */
  readonly authorization: string | undefined;
  /** The common name of a client certificate that our authority has signed. */
  readonly certificate: string | undefined;
  /** Where it came from, to slow down those who guess. */
  readonly address: string;
}

export interface AccessOptions {
  readonly token: Pick<AdminToken, 'matches'>;
  /** Whether reading needs neither token nor certificate. */
  readonly openReads: boolean;
  readonly now: () => number;
  /** Called for the first wrong token of an address in a minute. */
  readonly onWrongToken?: ((address: string) => void) | undefined;
}

export class Access {
  readonly #options: AccessOptions;
  readonly #wrong = new WrongTokens();

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /**
   * Who acts. Wrong credentials are refused also where none are needed.
   * @throws SpendfuseError `UNAUTHENTICATED`; after many wrong tokens `RESOURCE_EXHAUSTED`.
   */
  admit(need: 'read' | 'write', { authorization, certificate, address }: Credentials): Act {
    const { token, openReads } = this.#options;
    if (certificate !== undefined) return { by: `mtls:${certificate}` };
    if (authorization !== undefined) {
      const given = /^bearer +(\S+) *$/iu.exec(authorization)?.[1];
      if (given !== undefined && token.matches(given)) return { by: 'admin' };
      throw this.#refuse(address);
    }
    if (need === 'read' && openReads) return { by: 'anonymous' };
    throw unauthenticated(
      'this needs the admin token: send it as `authorization: Bearer <token>`; ' +
        '`spendfuse up` says where it is',
    );
  }

  #refuse(address: string): SpendfuseError {
    const { now, onWrongToken } = this.#options;
    const count = this.#wrong.add(address, now());
    if (count === 1) onWrongToken?.(address);
    if (count <= WrongTokens.MOST) return unauthenticated('this is not the admin token');
    const message = 'too many wrong tokens; try again in a minute';
    return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
  }
}

function unauthenticated(message: string): SpendfuseError {
  return new SpendfuseError({ code: 'UNAUTHENTICATED', message, field: 'authorization' });
}
