// Knows whether a request is the one that is under guard already: layers lie above each other, and the
// lower one must not reserve what the upper one has reserved. Whatever else is asked meanwhile, by a
// fetch or middleware of the program between the layers, is a request of its own.
import { AsyncLocalStorage } from 'node:async_hooks';
import { isSameRequest, type Sent } from './same-request.ts';

interface Sending {
  readonly sent: Sent;
  isOver: boolean;
  /** The layer below has it: what comes again is billed again. */
  isTaken: boolean;
}

type Send = () => Promise<Response>;

/** One storage per thread: the application and the preload may hold different copies of this file. */
const KEY = Symbol.for('spendfuse.sending');
const shared = globalThis as { [KEY]?: AsyncLocalStorage<Sending> };
const storage = (shared[KEY] ??= new AsyncLocalStorage<Sending>());

/** Runs what sends a guarded request. What runs later in its context, such as listeners, is not it. */
export async function whileSending(sent: Sent, send: Send): Promise<Response> {
  const sending: Sending = { sent, isOver: false, isTaken: false };
  try {
    return await storage.run(sending, send);
  } finally {
    sending.isOver = true;
  }
}

/** A guarded request is being sent, of which this may be the rest of the way. */
export function isSending(): boolean {
  const above = storage.getStore();
  return above !== undefined && !above.isOver && !above.isTaken;
}

/** Undefined where it is a request of its own, and nothing has been sent. */
export function sendWithin(sent: Sent, send: Send): Promise<Response> | undefined {
  const above = storage.getStore();
  if (!above || !isSending() || !isSameRequest(above.sent, sent)) return undefined;
  above.isTaken = true;
  return passOn(above, sent, send);
}

/** One that has failed may be repeated: the layer above gets one answer for all of it. */
async function passOn(above: Sending, sent: Sent, send: Send): Promise<Response> {
  let hasFailed = true;
  try {
    const response = await whileSending(sent, send);
    hasFailed = response.status >= 400;
    return response;
  } finally {
    if (hasFailed) above.isTaken = false;
  }
}
