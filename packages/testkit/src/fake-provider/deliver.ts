// Carries a planned reply out: pace, gates, cuts, early ends and the count of what was produced.

import type { PlannedReply, PlannedStream, PlannedWhole } from './plan.ts';
import type { FakeTransport } from './reply.ts';
import type { Wire } from './wire.ts';

/** Told of progress before the bytes that carry it are written, so a reader is never ahead. */
export interface Progress {
  readonly onHead: (status: number) => void;
  /** The reply has this many output tokens more. */
  readonly onTokens: (tokens: number) => void;
  readonly onChunk: () => void;
}

export async function deliver(wire: Wire, reply: PlannedReply, progress: Progress): Promise<void> {
  await awaitStart(wire, reply.transport);
  if (wire.isGone) {
    return;
  }
  if (reply.kind === 'whole') {
    await deliverWhole(wire, reply, progress);
  } else {
    await deliverStream(wire, reply, progress);
  }
}

/** The wait before a reply: the gate first, then the slow first byte. */
async function awaitStart(wire: Wire, transport: FakeTransport): Promise<void> {
  if (transport.hold !== undefined && transport.holdAfterChunks === undefined) {
    await wire.wait(transport.hold);
  }
  if (transport.firstByteDelayMs !== undefined) {
    await wire.sleep(transport.firstByteDelayMs);
  }
}

/** Sends a unary reply. One that is cut was still produced, so its tokens count. */
async function deliverWhole(wire: Wire, reply: PlannedWhole, progress: Progress): Promise<void> {
  progress.onTokens(reply.tokens);
  if (reply.transport.cutAfterChunks === 0) {
    await wire.cut();
    return;
  }
  progress.onHead(reply.head.status);
  progress.onChunk();
  wire.whole(reply.head, reply.body);
}

/** Sends a body in pieces; stops producing as soon as the client is gone. */
async function deliverStream(wire: Wire, reply: PlannedStream, progress: Progress): Promise<void> {
  const { transport, chunks } = reply;
  progress.onHead(reply.head.status);
  wire.head(reply.head);
  let sent = 0;
  for (;;) {
    if (transport.hold !== undefined && transport.holdAfterChunks === sent) {
      await wire.wait(transport.hold);
    }
    const chunk = chunks[sent];
    if (transport.cutAfterChunks === sent) {
      await wire.cut();
      return;
    }
    if (chunk === undefined || transport.endAfterChunks === sent) {
      break;
    }
    await wire.sleep(sent === 0 ? 0 : (transport.chunkDelayMs ?? 0));
    if (wire.isGone) {
      return;
    }
    sent += 1;
    progress.onTokens(chunk.tokens);
    progress.onChunk();
    await wire.write(chunk.bytes);
  }
  wire.end(transport.endAfterChunks === sent ? '' : reply.terminator);
}
