// One session stream: hello, then batches of calls; replies as they come.
import { type Client as GrpcClient, Metadata, type ServiceError } from '@grpc/grpc-js';
import {
  type ArrivedAnswers,
  budgetService,
  packCalls,
  PROTOCOL_VERSION,
  readAnswers,
} from '@spendfuse/protocol';
import type { Link, LinkListener } from './link.ts';

/** How long the authority may take to end its side after we have ended ours. */
const CLOSE_MS = 1000;

export interface SessionOptions {
  readonly grpc: GrpcClient;
  readonly listener: LinkListener;
}

export function openSession({ grpc, listener }: SessionOptions): Link {
  const { path, requestSerialize } = budgetService.session;
  const stream = grpc.makeBidiStreamRequest<Buffer, ArrivedAnswers>(
    path,
    (bytes) => bytes,
    readAnswers,
    new Metadata(),
  );
  let over = false;
  let busy = false;
  let closeTimer: NodeJS.Timeout | undefined;
  const end = (error?: ServiceError): void => {
    clearTimeout(closeTimer);
    if (over) return;
    over = true;
    listener.onEnd(error);
  };
  stream.on('error', end);
  stream.on('end', () => end());
  stream.on('data', ({ welcome, answers }: ArrivedAnswers) => {
    if (over) return;
    if (welcome) listener.onOpen();
    for (const answer of answers) listener.onAnswer(answer);
  });
  const hello = { version: PROTOCOL_VERSION, features: [], client: 'spendfuse-js' };
  stream.write(requestSerialize({ hello }));
  return {
    get busy() {
      return busy;
    },
    send: (calls) => {
      const { bytes, count } = packCalls(calls);
      if (count === 0) return 0;
      busy = true;
      stream.write(bytes, () => {
        busy = false;
        if (!over) listener.onReady();
      });
      return count;
    },
    close: () => {
      if (over) return;
      over = true;
      stream.end();
      // An authority that does not end its side must not keep this process alive.
      closeTimer = setTimeout(() => stream.cancel(), CLOSE_MS).unref();
    },
  };
}
