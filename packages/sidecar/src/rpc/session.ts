// One session: batches of verbs in, batches of answers out, in whatever order they are ready.
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { type BudgetAuthority, invalid, SpendfuseError } from '@spendfuse/core';
import {
  budgetService,
  errorToSession,
  errorToStatus,
  packReplies,
  PROTOCOL_VERSION,
  type WireSessionCall,
  type WireSessionReply,
  type WireSessionRequest,
} from '@spendfuse/protocol';
import { operations, type Verb, VERBS } from './operations.ts';

/** Requests that could not be read are errors; replies are packed here, to bound their size. */
export type SessionStream = ServerDuplexStream<WireSessionRequest | SpendfuseError, Uint8Array>;

export interface SessionOptions {
  readonly stream: SessionStream;
  readonly authority: BudgetAuthority;
  /** Calls that may wait for their answers at once; more are refused. Default 10,000. */
  readonly maxOpenCalls?: number | undefined;
}

/** Calls of a batch that are decided in one turn of the event loop. */
const PART = 16;

/**
 * Answers that come in one turn of the event loop, or while the message before them is still being
 * written, leave as one message: the busier, the larger.
 */
export class Session {
  readonly #stream: SessionStream;
  readonly #authority: BudgetAuthority;
  readonly #maxOpenCalls: number;
  #state: 'new' | 'open' | 'finishing' | 'closed' = 'new';
  /** Calls that have not reached the authority yet. */
  #taken: readonly WireSessionCall[] = [];
  /** Calls that the authority is working on. */
  #working = 0;
  #replies: WireSessionReply[] = [];
  #flushing = false;

  constructor({ stream, authority, maxOpenCalls = 10_000 }: SessionOptions) {
    this.#stream = stream;
    this.#authority = authority;
    this.#maxOpenCalls = maxOpenCalls;
    stream.on('data', (message: WireSessionRequest | SpendfuseError) => this.#receive(message));
    stream.on('end', () => this.finish());
    stream.on('cancelled', () => this.#close());
    stream.on('error', () => this.#close());
  }

  /** Takes no more calls, answers those it has, then ends the stream. */
  finish(): void {
    if (this.#state === 'closed') return;
    this.#state = 'finishing';
    this.#endIfDone();
  }

  #receive(message: WireSessionRequest | SpendfuseError): void {
    // A call not taken any more stays unanswered: its caller brings it to the next session.
    if (this.#state === 'closed' || this.#state === 'finishing') return;
    try {
      if (message instanceof SpendfuseError) throw message;
      if (this.#state === 'new') return this.#greet(message);
      if (message.hello) throw invalid('hello', 'comes first, and only once');
    } catch (error) {
      return this.#fail(error);
    }
    const idle = this.#taken.length === 0;
    this.#taken = idle ? (message.calls ?? []) : [...this.#taken, ...(message.calls ?? [])];
    // Who sends faster than we decide is not read from until we have caught up.
    if (this.#taken.length > this.#maxOpenCalls) this.#stream.pause();
    if (idle) this.#takeSome();
  }

  /**
   * A large batch is decided in parts, a turn of the event loop each: while one part is decided the
   * disk writes the one before, and its answers leave.
   */
  #takeSome(): void {
    if (this.#state === 'closed') return;
    const some = this.#taken.slice(0, PART);
    this.#taken = this.#taken.slice(PART);
    for (const call of some) this.#take(call);
    if (this.#taken.length > 0) setImmediate(() => this.#takeSome());
    else if (this.#stream.isPaused() && this.#replies.length === 0) this.#stream.resume();
  }

  #greet({ hello, calls = [] }: WireSessionRequest): void {
    if (!hello || calls.length > 0) throw invalid('hello', 'is what the first message holds alone');
    if ((hello.version ?? 0) < PROTOCOL_VERSION) throw invalid('hello.version', 'is missing');
    this.#state = 'open';
    const welcome = { version: PROTOCOL_VERSION, features: [] };
    this.#stream.write(budgetService.session.responseSerialize({ welcome }));
  }

  #take(call: WireSessionCall): void {
    const seq = call.seq ?? 0;
    const verb = VERBS.find((name) => call[name]);
    if (!verb) return this.#reply({ seq, error: errorToSession(invalid('verb', 'is unknown')) });
    if (this.#working + this.#replies.length >= this.#maxOpenCalls) {
      return this.#reply({ seq, error: errorToSession(tooManyCalls(this.#maxOpenCalls)) });
    }
    this.#working += 1;
    void this.#work(seq, verb, call[verb] ?? {});
  }

  async #work(seq: number, verb: Verb, request: object): Promise<void> {
    let reply: WireSessionReply;
    try {
      reply = { seq, [verb]: await operations[verb](this.#authority, request) };
    } catch (error) {
      reply = { seq, error: errorToSession(error) };
    }
    this.#working -= 1;
    this.#reply(reply);
  }

  #reply(reply: WireSessionReply): void {
    if (this.#state === 'closed') return;
    this.#replies.push(reply);
    // Who sends without reading is not read from either.
    if (this.#replies.length > this.#maxOpenCalls) this.#stream.pause();
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (this.#state === 'closed') return;
    if (this.#replies.length === 0) {
      this.#flushing = false;
      return this.#endIfDone();
    }
    const { bytes, count } = packReplies(this.#replies);
    if (count === 0) {
      this.#replies[0] = { seq: this.#replies[0]?.seq ?? 0, error: errorToSession(tooLarge()) };
      return this.#flush();
    }
    this.#replies = this.#replies.slice(count);
    if (this.#stream.isPaused()) this.#stream.resume();
    this.#stream.write(bytes, () => this.#flush());
  }

  #endIfDone(): void {
    if (this.#state !== 'finishing' || this.#working > 0 || this.#flushing) return;
    if (this.#taken.length > 0) return;
    this.#close();
    this.#stream.end();
  }

  /** Ends the stream with an error: what follows cannot be told apart any more. */
  #fail(error: unknown): void {
    this.#close();
    this.#stream.emit('error', errorToStatus(error));
  }

  #close(): void {
    this.#state = 'closed';
    this.#replies = [];
  }
}

function tooManyCalls(max: number): SpendfuseError {
  const message = `${max} calls of this session are waiting for their answers already`;
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}

function tooLarge(): SpendfuseError {
  const message = 'the answer is larger than a message may be; ask for one budget or scope';
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}
