// One HTTP reply under way: writes, waits that end when the client goes away, cuts and ends.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { constants, createGzip, gzipSync } from 'node:zlib';
import type { Gzip } from 'node:zlib';

export interface WireHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Writes one reply. Nothing it does throws when the client has gone; `isGone` says so. */
export class Wire {
  readonly #response: ServerResponse;
  readonly #left = new AbortController();
  readonly #gone: Promise<void>;
  readonly #compress: boolean;
  #gzip: Gzip | undefined;
  #flushed: Promise<void> = Promise.resolve();
  /** We have written all we wanted, or cut the connection ourselves. */
  #complete = false;

  constructor(
    response: ServerResponse,
    { gzip = false }: { readonly gzip?: boolean | undefined } = {},
  ) {
    this.#response = response;
    this.#compress = gzip;
    this.#gone = new Promise((resolve) => {
      const leave = () => {
        this.#left.abort();
        resolve();
      };
      if (response.closed) {
        leave();
      }
      response.once('close', leave);
    });
    response.on('error', () => {});
  }

  /** The connection is closed, whoever closed it. */
  get isGone(): boolean {
    return this.#left.signal.aborted;
  }

  /** The client closed the connection before the reply was complete. */
  get isAborted(): boolean {
    return this.isGone && !this.#complete;
  }

  /** Resolves when the promise settles or the client goes away. */
  async wait(promise: Promise<unknown>): Promise<void> {
    await Promise.race([promise.catch(() => {}), this.#gone]);
  }

  /** Waits this long or until the client goes away; 0 still yields one turn of the event loop. */
  async sleep(ms: number): Promise<void> {
    if (ms <= 0) {
      await nextTurn();
      return;
    }
    await delay(ms, undefined, { signal: this.#left.signal }).catch(() => {});
  }

  /** Sends status line and headers of a body that follows in pieces. */
  head(head: WireHead): void {
    if (this.isGone) {
      return;
    }
    this.#response.writeHead(head.status, {
      ...head.headers,
      ...(this.#compress ? { 'content-encoding': 'gzip' } : {}),
    });
    this.#response.flushHeaders();
    if (this.#compress) {
      this.#gzip = createGzip({ flush: constants.Z_SYNC_FLUSH })
        .on('data', (bytes: Buffer) => this.#send(bytes))
        .on('end', () => this.#response.end());
    }
  }

  /** Writes a piece of the body and waits while the client reads too slowly. */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.isGone) {
      return;
    }
    const gzip = this.#gzip;
    if (gzip === undefined) {
      this.#send(chunk);
    } else {
      const packed = new Promise<void>((resolve) => {
        gzip.write(chunk, () => resolve());
      });
      await this.wait(packed.then(() => nextTurn()));
    }
    if (this.#response.writableNeedDrain) {
      await this.wait(once(this.#response, 'drain', { signal: this.#left.signal }));
    }
  }

  #send(bytes: string | Uint8Array): void {
    this.#flushed = new Promise((resolve) => {
      this.#response.write(bytes, () => resolve());
    });
  }

  /** A whole reply with a known length. */
  whole(head: WireHead, body: string | Uint8Array): void {
    if (this.isGone) {
      return;
    }
    const bytes = this.#compress ? gzipSync(body) : Buffer.from(body);
    this.#response.writeHead(head.status, {
      ...head.headers,
      'content-length': String(bytes.length),
      ...(this.#compress ? { 'content-encoding': 'gzip' } : {}),
    });
    this.#complete = true;
    this.#response.end(bytes);
  }

  /** Ends a body sent in pieces, with a last one in the same packet. */
  end(chunk: string): void {
    if (this.isGone) {
      return;
    }
    this.#complete = true;
    (this.#gzip ?? this.#response).end(chunk);
  }

  /** Breaks the connection once everything written so far has reached the network. */
  async cut(): Promise<void> {
    if (this.isGone) {
      return;
    }
    this.#complete = true;
    await this.wait(this.#flushed);
    this.#response.destroy();
  }
}
