// Carries a planned reply out: pace, gates, cuts, early ends and the count of what was produced.

import type { FakeTransport } from './reply.ts';
import type { Wire, WireHead } from './wire.ts';

/** One write of a body in pieces and the output tokens produced with it. */
export interface Chunk {
  readonly bytes: string | Uint8Array;
  readonly tokens: number;
}

/** Told of progress before the bytes that carry it are written, so a reader is never ahead. */
export interface Progress {
  readonly onHead: (status: number) => void;
  /** The reply has this many output tokens more. */
  readonly onTokens: (tokens: number) => void;
  readonly onChunk: () => void;
}

/** The wait before a reply: the gate first, then the slow first byte. */
export async function awaitStart(wire: Wire, transport: FakeTransport): Promise<void> {
  if (transport.hold !== undefined && transport.holdAfterChunks === undefined) {
    await wire.wait(transport.hold);
  }
  if (transport.firstByteDelayMs !== undefined) {
    await wire.sleep(transport.firstByteDelayMs);
  }
}

export interface WholeReply {
  readonly head: WireHead;
  readonly body: string | Uint8Array;
  readonly tokens: number;
  readonly transport: FakeTransport;
}

/** Sends a unary reply. One that is cut was still produced, so its tokens count. */
export async function deliverWhole(
  wire: Wire,
  reply: WholeReply,
  progress: Progress,
): Promise<void> {
  if (wire.isGone) {
    return;
  }
  progress.onTokens(reply.tokens);
  if (reply.transport.cutAfterChunks === 0) {
    await wire.cut();
    return;
  }
  progress.onHead(reply.head.status);
  progress.onChunk();
  wire.whole(reply.head, reply.body);
}

export interface StreamedReply {
  readonly head: WireHead;
  readonly chunks: readonly Chunk[];
  /** Written together with the end of a complete stream. */
  readonly terminator: string;
  readonly transport: FakeTransport;
}

/** Sends a body in pieces; stops producing as soon as the client is gone. */
export async function deliverStream(
  wire: Wire,
  reply: StreamedReply,
  progress: Progress,
): Promise<void> {
  const { transport, chunks } = reply;
  if (wire.isGone) {
    return;
  }
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
