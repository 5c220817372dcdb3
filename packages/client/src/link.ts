// What calls go over: a session, or unary calls where the authority has no sessions.
import type { ServiceError } from '@grpc/grpc-js';
import type { ArrivedAnswer } from '@spendfuse/protocol';
import type { OpenCall } from './call.ts';

export interface Link {
  /** Whether a message is still being written: what comes meanwhile goes with the next. */
  readonly busy: boolean;
  /** How many of them, from the first on, were sent; 0: the first is larger than a message may be. */
  send(calls: readonly OpenCall[]): number;
  /** Says that nothing more comes, and tells nothing more. */
  close(): void;
}

export interface LinkListener {
  /** The authority has said welcome. */
  onOpen(): void;
  /** The link is no longer busy. */
  onReady(): void;
  onAnswer(answer: ArrivedAnswer): void;
  /** The last event; no error: the authority has ended the link in good order. */
  onEnd(error?: ServiceError): void;
}
