// A body that has not ended: what is done with it when its caller has dropped it, or when the process is
// about to end. What has already come still tells what the call has cost.
import { atMost } from './at-most.ts';
import type { Meter } from './meter.ts';

/** Why a body is over. After `ended` and `terminal` the provider has said all it had to say. */
export type Ending =
  | 'ended'
  | 'terminal'
  | 'cancelled'
  | 'failed'
  | 'idle'
  | 'collected'
  | 'cut'
  /** The process is about to end, and with it the connection. */
  | 'exit';

/** Settles the call, the first time it is called; never rejects. */
export type Finish = (ending: Ending, error?: unknown) => Promise<void>;

/** Must not refer to the stream that the caller has. */
export interface OpenBody {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly meter: Meter;
  readonly finish: Finish;
  readonly closeWaitMs: number;
  isSettled: boolean;
  /** The caller waits for bytes. */
  isPulling: boolean;
  /** What was read ahead of the caller, which gets it if it reads on after all. */
  ahead: Uint8Array[];
  hasEnded: boolean;
  /** Until it is over the caller must not read: bytes would come in another order. */
  readingAhead: Promise<void>;
}

const open = new Set<OpenBody>();

export function openBody(
  given: Pick<OpenBody, 'reader' | 'meter' | 'finish' | 'closeWaitMs'>,
): OpenBody {
  const body: OpenBody = {
    ...given,
    isSettled: false,
    isPulling: false,
    ahead: [],
    hasEnded: false,
    readingAhead: Promise.resolve(),
  };
  open.add(body);
  return body;
}

/** Settled, or as good as that. */
export function closeBody(body: OpenBody): void {
  body.isSettled = true;
  open.delete(body);
}

/** The caller has dropped it: what has come is read, then the provider is told to stop. */
export async function leaveBody(body: OpenBody): Promise<void> {
  const isWhole = await readAhead(body, body.closeWaitMs);
  closeBody(body);
  void body.finish(isWhole ? 'ended' : 'collected');
  body.reader.cancel().catch(() => {});
}

/** All that has come is in memory when nothing else is under way; some sources never say more. */
const EXIT_READ_MS = 50;

/**
 * For the end of a process that has nothing more to do: charges what has come of all bodies that are
 * open. None of them is disturbed: where the program reads on after all, it gets every byte. Resolves
 * after 300 ms at the latest, with whether there was anything to do.
 */
export async function settleOpenBodies(): Promise<boolean> {
  const bodies = [...open];
  await Promise.all(bodies.map(settleAtExit));
  return bodies.length > 0;
}

async function settleAtExit(body: OpenBody): Promise<void> {
  const isWhole = await readAhead(body, EXIT_READ_MS);
  closeBody(body);
  await atMost(body.closeWaitMs, body.finish(isWhole ? 'ended' : 'exit'));
}

/**
 * As `settleOpenBodies`, for `process.exit()`: in this turn, with what has been read so far. What is to
 * be delivered then is for the authority's client to keep.
 */
export function settleOpenBodiesNow(): void {
  for (const body of open) {
    closeBody(body);
    void body.finish('exit');
  }
}

/** Whether it came to its end, in that time. */
async function readAhead(body: OpenBody, limitMs: number): Promise<boolean> {
  const { reader, meter } = body;
  let isWhole = false;
  let isLate = body.isSettled || body.isPulling;
  const readOn = async (): Promise<void> => {
    while (!isWhole && !isLate) {
      const { done, value } = await reader.read();
      body.ahead.push(done ? meter.end() : meter.push(value));
      body.hasEnded = done;
      isWhole = done || meter.isTerminal;
    }
  };
  // Of a body that fails, what came before is all there is.
  body.readingAhead = readOn().catch(() => {});
  await atMost(limitMs, body.readingAhead);
  isLate = true;
  return isWhole;
}
