// Passes a response body on untouched while a meter reads it, and says when it is over.
//
// Pull-based with a high-water mark of 0: nothing is read before the caller asks, so back-pressure
// and cancellation are as without it. The end is the first of: terminal event, end, cancellation,
// error, no reading for the idle limit, and garbage collection: some SDKs signal nothing else.
import type { ReadableByteStreamController, UnderlyingByteSource } from 'node:stream/web';
import type { Meter } from './meter.ts';

/** Why a body is over. After `ended` and `terminal` the provider has said all it had to say. */
export type Ending = 'ended' | 'terminal' | 'cancelled' | 'failed' | 'idle' | 'collected' | 'cut';

export interface TapOptions {
  readonly source: ReadableStream<Uint8Array>;
  readonly meter: Meter;
  /**
   * Settles the call, the first time it is called, with the error that a body has failed with; never
   * rejects. Must not refer to the stream.
   */
  readonly finish: (ending: Ending, error?: unknown) => Promise<void>;
  readonly idleMs: number;
  /** How long the last bytes wait for the call to be settled. */
  readonly closeWaitMs: number;
  /** Asked before more is read. An error ends the stream with it, for the caller and the source. */
  readonly mayGoOn?: (() => Promise<Error | undefined> | undefined) | undefined;
}

/** What is needed when the caller has dropped the body. Must not refer to the stream. */
interface Left extends Pick<TapOptions, 'finish' | 'meter' | 'closeWaitMs'> {
  readonly reader: Reader;
  isSettled: boolean;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const dropped = new FinalizationRegistry<Left>((left) => void leave(left));

/** What has already come still tells what the call has cost; then the provider is told to stop. */
async function leave({ finish, meter, reader, closeWaitMs, isSettled }: Left): Promise<void> {
  let isWhole = false;
  let isLate = isSettled;
  const readOn = async (): Promise<void> => {
    while (!isWhole && !isLate) {
      const { done, value } = await reader.read();
      if (isLate) return;
      if (done) meter.end();
      else meter.push(value);
      isWhole = done || meter.isTerminal;
    }
  };
  // Of a body that fails, what came before is all there is.
  const reading = readOn().catch(() => {});
  await atMost(closeWaitMs, reading);
  isLate = true;
  void finish(isWhole ? 'ended' : 'collected');
  reader.cancel().catch(() => {});
}

export function tap(options: TapOptions): ReadableStream<Uint8Array> {
  const { source, meter, finish, idleMs, closeWaitMs } = options;
  const reader = source.getReader();
  const left: Left = { finish, meter, reader, closeWaitMs, isSettled: false };
  const idle = startIdleTimer(idleMs, () => {
    left.isSettled = true;
    void finish('idle');
  });
  // The caller waits for this once, whatever comes after it.
  let settling: Promise<void> | undefined;
  const settled: Settled = (ending, error) => {
    left.isSettled = true;
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
      try {
        const stop = await options.mayGoOn?.();
        if (stop) {
          reader.cancel(stop).catch(() => {});
          await settled('cut');
          throw stop;
        }
        const isOver = await forward(controller, { ...options, reader, settled });
        if (!isOver) idle.restart();
      } catch (error) {
        await settled('failed', error);
        throw error;
      }
    },
    async cancel(reason) {
      idle.stop();
      await Promise.all([reader.cancel(reason), settled('cancelled')]);
    },
  };
  const stream: ReadableStream<Uint8Array> = new ReadableStream(bytes);
  reader.closed.then(
    () => dropped.unregister(left),
    (error: unknown) => {
      dropped.unregister(left);
      // Aborted while nobody reads: no pull will tell.
      void settled('failed', error).then(() => raise(controllerRef?.deref(), error));
    },
  );
  dropped.register(stream, left, left);
  return stream;
}

type Settled = TapOptions['finish'];

interface Forwarding extends TapOptions {
  readonly reader: Reader;
  readonly settled: Settled;
}

/** Brings the caller the next bytes, or the end; says whether the source has ended. */
async function forward(
  controller: ReadableByteStreamController,
  { meter, reader, settled }: Forwarding,
): Promise<boolean> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      enqueue(controller, meter.end());
      await settled('ended');
      controller.close();
      controller.byobRequest?.respond(0);
      return true;
    }
    const bytes = meter.push(value);
    // SDKs stop at the terminal event, so it waits for the settlement like the end does.
    if (meter.isTerminal) await settled('terminal');
    if (bytes.length === 0) continue;
    enqueue(controller, bytes);
    return false;
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

/** Waits for the promise, but no longer than this. It must not reject. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, limit]);
  clearTimeout(timer);
}
