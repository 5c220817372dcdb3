// The link to an authority without sessions: one unary call each.
import { type Client as GrpcClient, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { arrivedAnswer, errorFromStatus, isAnswer } from '@spendfuse/protocol';
import type { OpenCall } from './call.ts';
import type { Link, LinkListener } from './link.ts';
import { verbs } from './verbs.ts';

export interface UnaryOptions {
  readonly grpc: GrpcClient;
  readonly listener: LinkListener;
}

/** Settling verbs are tried again after this time without an answer. */
const RETRY_MS = 10_000;

export function openUnary({ grpc, listener }: UnaryOptions): Link {
  let over = false;
  const send = (call: OpenCall): void => {
    const { path, requestSerialize, responseDeserialize } = verbs[call.verb].method;
    const deadline = Date.now() + Math.min(call.waitMs, RETRY_MS);
    const answer = (error: ServiceError | null, reply?: object): void => {
      if (over) return;
      const { seq, verb } = call;
      if (!error) return listener.onAnswer(arrivedAnswer({ seq, verb, message: reply ?? {} }));
      if (isAnswer(error) || error.code !== status.UNAVAILABLE) {
        return listener.onAnswer({ seq, error: errorFromStatus(error) });
      }
      over = true;
      listener.onEnd(error);
    };
    grpc.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      call.message,
      new Metadata(),
      { deadline },
      answer,
    );
  };
  return {
    busy: false,
    send: (calls) => {
      for (const call of calls) send(call);
      return calls.length;
    },
    close: () => {
      over = true;
    },
  };
}
