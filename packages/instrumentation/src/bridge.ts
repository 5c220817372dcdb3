// Between what the guard reads, web responses, and what Node's own HTTP clients bring: Node streams.
import { finished, Readable } from 'node:stream';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';

export interface Received {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null;
}

/** Statuses whose responses have no body: `Response` takes none with them. */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** For the guard to read: the caller is not given it, so what does not fit is left out. */
export function webResponse({ status, headers, body }: Received): Response {
  const readable = new Headers();
  for (const [name, value] of headers) {
    try {
      readable.append(name, value);
    } catch {
      // Node's clients take values that are none by the standard.
    }
  }
  return new Response(BODILESS.has(status) ? null : body, { status, headers: readable });
}

/** Pull-based: nothing is read before it is asked for. Cancelling it destroys the source. */
export function webStreamOf(source: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
  const underlying: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      // Also where nobody is reading.
      finished(source, { writable: false }, (error) => {
        if (error) controller.error(error);
      });
    },
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
      source.destroy();
    },
  };
  return new ReadableStream(underlying, { highWaterMark: 0 });
}

type UnderlyingDefaultSource<T> = NonNullable<ConstructorParameters<typeof ReadableStream<T>>[0]>;

/** Destroying it cancels the stream. */
export function nodeStreamOf(stream: ReadableStream<Uint8Array>): Readable {
  const readable = Readable.fromWeb(stream as NodeWebStream<Uint8Array>);
  // Whoever reads it hears of an error; that nobody reads it must not end the process.
  readable.on('error', () => {});
  return readable;
}
