// One session: batches of verbs in, batches of answers out, in whatever order they are ready.
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { SubmitListener } from '@spendfuse/authority';
import { invalid, SpendfuseError } from '@spendfuse/core';
import {
  type Answers,
  type ArrivedCall,
  type ArrivedCalls,
  budgetService,
  type CallCache,
  errorToStatus,
  packAnswers,
  PROTOCOL_VERSION,
  readCalls,
  type Requests,
  type SentAnswer,
  type Verb,
} from '@spendfuse/protocol';
import { operations, type ServedAuthority } from './operations.ts';

/** Messages are read and packed here: the one for speed, the other to bound their size as well. */
export type SessionStream = ServerDuplexStream<Buffer, Uint8Array>;

export interface SessionOptions {
  readonly stream: SessionStream;
  readonly authority: ServedAuthority;
  readonly cache: CallCache;
  /** Calls that may wait for their answers at once; more are refused. Default 10,000. */
  readonly maxOpenCalls?: number | undefined;
}

/** Calls of a batch that are decided in one turn of the event loop. */
const PART = 32;

/**
 * Answers that come in one turn of the event loop, or while the message before them is still being
 * written, leave as one message: the busier, the larger.
 */
export class Session {
  readonly #stream: SessionStream;
  readonly #authority: ServedAuthority;
  readonly #cache: CallCache;
  readonly #maxOpenCalls: number;
  #state: 'new' | 'open' | 'finishing' | 'closed' = 'new';
  /** Calls that have not reached the authority yet. */
  #taken: readonly ArrivedCall[] = [];
  /** Calls that the authority is working on. */
  #working = 0;
  #answers: SentAnswer[] = [];
  #flushing = false;
  readonly #listener: SubmitListener<BatchedCall> = {
    answered: (call, answer) => this.#answered(call, answer),
    failed: (call, error) => this.#failed(call, error),
  };

  constructor({ stream, authority, cache, maxOpenCalls = 10_000 }: SessionOptions) {
    this.#stream = stream;
    this.#authority = authority;
    this.#cache = cache;
    this.#maxOpenCalls = maxOpenCalls;
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
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

  #receive(bytes: Buffer): void {
    // A call not taken any more stays unanswered: its caller brings it to the next session.
    if (this.#state === 'closed' || this.#state === 'finishing') return;
    let calls: readonly ArrivedCall[];
    try {
      const message = readCalls(bytes, this.#cache);
      if (this.#state === 'new') return this.#greet(message);
      if (message.hello) throw invalid('hello', 'comes first, and only once');
      ({ calls } = message);
    } catch (error) {
      return this.#fail(error);
    }
    const idle = this.#taken.length === 0;
    this.#taken = idle ? calls : [...this.#taken, ...calls];
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
    this.#take(some);
    if (this.#taken.length > 0) setImmediate(() => this.#takeSome());
    else if (this.#stream.isPaused() && this.#answers.length === 0) this.#stream.resume();
  }

  #greet({ hello, calls }: ArrivedCalls): void {
    if (!hello || calls.length > 0) throw invalid('hello', 'is what the first message holds alone');
    if ((hello.version ?? 0) < PROTOCOL_VERSION) throw invalid('hello.version', 'is missing');
    this.#state = 'open';
    const welcome = { version: PROTOCOL_VERSION, features: [] };
    this.#stream.write(budgetService.session.responseSerialize({ welcome }));
  }

  /** In this order: a batch ends where a call comes that cannot be part of one. */
  #take(calls: readonly ArrivedCall[]): void {
    let batch: BatchedCall[] = [];
    const submit = (): void => {
      if (batch.length > 0) this.#authority.submit?.(batch, this.#listener);
      batch = [];
    };
    for (const call of calls) {
      if ('error' in call) this.#answer(call);
      else if (this.#working + this.#answers.length >= this.#maxOpenCalls) {
        this.#answer({ seq: call.seq, error: tooManyCalls(this.#maxOpenCalls) });
      } else {
        this.#working += 1;
        if (this.#authority.submit && isBatched(call)) batch.push(call);
        else {
          submit();
          this.#ask(call, call.verb, call.request);
        }
      }
    }
    submit();
  }

  #ask<V extends Verb>(call: AskedCall, verb: V, request: Requests[V]): void {
    operations[verb](this.#authority, request).then(
      (answer) => this.#answered(call, answer),
      (error: unknown) => this.#failed(call, error),
    );
  }

  #answered({ seq, verb, request }: AskedCall, answer: Answers[Verb]): void {
    this.#working -= 1;
    this.#answer({ seq, verb, request, answer } as SentAnswer);
  }

  #failed({ seq }: AskedCall, error: unknown): void {
    this.#working -= 1;
    this.#answer({ seq, error: SpendfuseError.from(error) });
  }

  #answer(answer: SentAnswer): void {
    if (this.#state === 'closed') return;
    this.#answers.push(answer);
    // Who sends without reading is not read from either.
    if (this.#answers.length > this.#maxOpenCalls) this.#stream.pause();
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    if (this.#state === 'closed') return;
    if (this.#answers.length === 0) {
      this.#flushing = false;
      return this.#endIfDone();
    }
    const { bytes, count } = packAnswers(this.#answers);
    if (count === 0) {
      this.#answers[0] = { seq: this.#answers[0]?.seq ?? 0, error: tooLarge() };
      return this.#flush();
    }
    this.#answers = this.#answers.slice(count);
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
    this.#answers = [];
  }
}

type AskedCall = Extract<ArrivedCall, { readonly verb: Verb }>;
type BatchedCall = Extract<AskedCall, { readonly verb: 'reserve' | 'commit' }>;

function isBatched(call: AskedCall): call is BatchedCall {
  return call.verb === 'reserve' || call.verb === 'commit';
}

function tooManyCalls(max: number): SpendfuseError {
  const message = `${max} calls of this session are waiting for their answers already`;
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}

function tooLarge(): SpendfuseError {
  const message = 'the answer is larger than a message may be; ask for one budget or scope';
  return new SpendfuseError({ code: 'RESOURCE_EXHAUSTED', message });
}
