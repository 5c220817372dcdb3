// What every fake may be told to answer with, and what it remembers of every request.

/** One request as a script sees it. `index` counts all requests of this server from 0. */
export interface FakeRequest {
  readonly index: number;
  readonly method: string;
  /** Without the query, for example `/v1/chat/completions`. */
  readonly path: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body, the text if it is not JSON, `undefined` if there was none. */
  readonly body: unknown;
}

/** Decides the answer to one request; `undefined` asks for the default answer. */
export type Script<Answer, Failure> = (
  request: FakeRequest,
) => Answer | Failed<Failure> | FakeRaw | undefined;

/**
 * How a reply travels. A *chunk* is one event or frame of a stream; a closing `[DONE]` is not counted.
 */
export interface FakeTransport {
  /** Added to the response headers; a value here wins over ours. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Wait before the status line is sent. */
  readonly firstByteDelayMs?: number;
  /** Wait before every chunk but the first. */
  readonly chunkDelayMs?: number;
  /** The reply waits until this settles: before the status line, or see `holdAfterChunks`. */
  readonly hold?: Promise<unknown> | undefined;
  /** With `hold`: send the status line and this many chunks first, then wait. Streams only. */
  readonly holdAfterChunks?: number | undefined;
  /**
   * Destroy the socket after this many chunks. 0 in a stream: after the headers. A unary reply
   * is one chunk, so 0 there means that the connection breaks before the status line.
   */
  readonly cutAfterChunks?: number | undefined;
  /** End the stream cleanly after this many chunks: no finish reason, no usage, no end. */
  readonly endAfterChunks?: number;
  /** Send the body with `content-encoding: gzip`, flushed after every chunk. */
  readonly gzip?: boolean;
}

/** A tool call of the model; an object as `arguments` is sent as JSON text. */
export interface FakeToolCall {
  readonly name: string;
  readonly arguments: string | Readonly<Record<string, unknown>>;
}

export type FakeFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/**
 * A generated answer. Counts are per choice (`n` multiplies them) and before the request's
 * maximum, which truncates the answer as the real service does.
 */
export interface GeneratedAnswer extends FakeTransport {
  readonly error?: never;
  readonly raw?: never;
  /** The visible text; default: as many common words as there are visible tokens. */
  readonly text?: string;
  /** All output tokens, reasoning included; default: counted from the text or server-wide. */
  readonly outputTokens?: number;
  /** Default: a deterministic count of the request's text, see `promptTokens`. */
  readonly inputTokens?: number;
  /** Part of the input tokens. */
  readonly cachedTokens?: number;
  /** Part of the output tokens, produced before the first visible one. */
  readonly reasoningTokens?: number;
  readonly toolCalls?: readonly FakeToolCall[];
  /** Overrides the finish reason that follows from the answer. */
  readonly finishReason?: FakeFinishReason;
  /** Streams: after this many chunks an error event comes in the HTTP 200 stream, then its end. */
  readonly errorEventAfterChunks?: number | undefined;
}

/** An error reply; what is left out of its body is filled in for the status. Bills nothing. */
export interface Failed<Failure> extends FakeTransport {
  readonly error: Failure;
  readonly raw?: never;
}

/** Bytes sent as they are, for replies that no well-behaved server would give. */
export interface FakeRaw extends FakeTransport {
  readonly error?: never;
  readonly raw: {
    /** Default 200. */
    readonly status?: number;
    /** Default `application/json`. */
    readonly contentType?: string;
    /** A list is sent in one write per item; transport settings count these as chunks. */
    readonly body: string | Uint8Array | readonly (string | Uint8Array)[];
  };
  /** What this reply is billed for; default nothing. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** What became of one request; filled in while the reply is under way. */
export interface FakeCall extends FakeRequest {
  /** The requested model, or an empty string. */
  readonly model: string;
  readonly stream: boolean;
  readonly receivedAtMs: number;
  /** 0 until the status line is sent. */
  readonly status: number;
  readonly inputTokens: number;
  /** Part of `inputTokens`. */
  readonly cachedTokens: number;
  /** Tokens produced so far, reasoning and all choices included. */
  readonly outputTokens: number;
  /** The bill so far; 0 for a model without a price. */
  readonly billedNanoUsd: bigint;
  /** Events of a stream, or writes of a raw body; 1 for a whole unary reply. */
  readonly chunksSent: number;
  /** The client went away before the reply was complete. */
  readonly aborted: boolean;
  /** Nothing of this record will change any more. */
  readonly finished: boolean;
}
