// Passes a response body on untouched while a meter reads it, and says when it is over.
//
// Pull-based with a high-water mark of 0: nothing is read before the caller asks, so back-pressure
// and cancellation are as without it. The end is the first of: terminal event, end, cancellation,
// error, no reading for the idle limit, garbage collection, and the end of the process (open-body.ts):
// some SDKs signal nothing else.
import type { ReadableByteStreamController, UnderlyingByteSource } from 'node:stream/web';
import { atMost } from './at-most.ts';
import type { Meter } from './meter.ts';
import { closeBody, type Finish, leaveBody, type OpenBody, openBody } from './open-body.ts';

export interface TapOptions {
  readonly source: ReadableStream<Uint8Array>;
  readonly meter: Meter;
  /**
   * Settles the call, the first time it is called, with the error that a body has failed with; never
   * rejects. Must not refer to the stream.
   */
  readonly finish: Finish;
  readonly idleMs: number;
  /** How long the last bytes wait for the call to be settled. */
  readonly closeWaitMs: number;
  /** Asked before more is read. An error ends the stream with it, for the caller and the source. */
  readonly mayGoOn?: (() => Promise<Error | undefined> | undefined) | undefined;
}

const dropped = new FinalizationRegistry<OpenBody>((body) => void leaveBody(body));

export function tap(options: TapOptions): ReadableStream<Uint8Array> {
  const { source, meter, finish, idleMs, closeWaitMs } = options;
  const reader = source.getReader();
  const body = openBody({ finish, meter, reader, closeWaitMs });
  const idle = startIdleTimer(idleMs, () => {
    closeBody(body);
    void finish('idle');
  });
  // The caller waits for this once, whatever comes after it.
  let settling: Promise<void> | undefined;
  const settled: Finish = (ending, error) => {
    closeBody(body);
    return (settling ??= atMost(closeWaitMs, finish(ending, error)));
  };
  // Weak, because the source lives as long as its connection and would keep an unread body alive.
  let controllerRef: WeakRef<ReadableByteStreamController> | undefined;

  const bytes: UnderlyingByteSource = {
    type: 'bytes',
    start(controller) {
      controllerRef = new WeakRef(controller);
    },
    async pull(controller) {
      idle.stop();
      body.isPulling = true;
      try {
        const stop = await options.mayGoOn?.();
        if (stop) {
          reader.cancel(stop).catch(() => {});
          await settled('cut');
          throw stop;
        }
        const isOver = await forward(controller, { body, settled });
        if (!isOver) idle.restart();
      } catch (error) {
        await settled('failed', error);
        throw error;
      } finally {
        body.isPulling = false;
      }
    },
    async cancel(reason) {
      idle.stop();
      await Promise.all([reader.cancel(reason), settled('cancelled')]);
    },
  };
  const stream: ReadableStream<Uint8Array> = new ReadableStream(bytes);
  reader.closed.then(
    () => dropped.unregister(body),
    (error: unknown) => {
      dropped.unregister(body);
      // Aborted while nobody reads: no pull will tell.
      void settled('failed', error).then(() => raise(controllerRef?.deref(), error));
    },
  );
  dropped.register(stream, body, body);
  return stream;
}

interface Forwarding {
  readonly body: OpenBody;
  readonly settled: Finish;
}

/** Brings the caller the next bytes, or the end; says whether the source has ended. */
async function forward(
  controller: ReadableByteStreamController,
  { body, settled }: Forwarding,
): Promise<boolean> {
  const { meter, reader } = body;
  await body.readingAhead;
  for (;;) {
    const bytes = body.ahead.shift();
    if (bytes === undefined && body.hasEnded) {
      await settled('ended');
      controller.close();
      controller.byobRequest?.respond(0);
      return true;
    }
    if (bytes && bytes.length > 0) {
      enqueue(controller, bytes);
      return false;
    }
    if (bytes) continue;
    const { done, value } = await reader.read();
    body.ahead.push(done ? meter.end() : meter.push(value));
    body.hasEnded = done;
    // SDKs stop at the terminal event, so it waits for the settlement like the end does.
    if (meter.isTerminal) await settled('terminal');
  }
}

/**
 * A byte stream takes the whole buffer away from its owner, so a part of one is copied first: not by
 * `slice`, which copies nothing where a `Buffer` has come.
 */
function enqueue(controller: ReadableByteStreamController, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  controller.enqueue(bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
}

function raise(controller: ReadableByteStreamController | undefined, error: unknown): void {
  try {
    controller?.error(error);
  } catch {
    // The stream has ended by itself meanwhile.
  }
}

function startIdleTimer(
  idleMs: number,
  onIdle: () => void,
): { readonly stop: () => void; readonly restart: () => void } {
  let timer = setTimeout(onIdle, idleMs).unref();
  const stop = (): void => clearTimeout(timer);
  const restart = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onIdle, idleMs).unref();
  };
  return { stop, restart };
}
