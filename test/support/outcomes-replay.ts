// Plays an exchange through a guarded call in memory, and reads it a second time in the plainest way.
import {
  checkUsage,
  type CommitRequest,
  type RecordRequest,
  type ReleaseRequest,
  type Usage,
} from '@spendfuse/core';
import type { TokenCounter } from '@spendfuse/guard';
import type { StreamFacts } from '@spendfuse/providers';
import type { Exchange } from './outcomes-exchanges.ts';
import { framingOf } from './outcomes-framing.ts';
import { createRecordingTelemetry } from './outcomes-telemetry.ts';
import { createRecordingGuard } from './recording-guard.ts';

/** More output than any exchange here has. */
export const HELD_OUTPUT = 200_000;

export interface Replay {
  readonly exchange: Exchange;
  readonly chunks: readonly Uint8Array[];
  /** How the source ends behind the chunks. Default: as it should. */
  readonly error?: Error;
  /** The program stops after so many readings. Default: never. */
  readonly breakAfter?: number;
  readonly tokens?: TokenCounter;
}

export interface Replayed {
  /** What the program got, and the error it got in the end. */
  readonly bytes: Uint8Array;
  readonly error: unknown;
  /** What the guard was given until then. */
  readonly given: Uint8Array;
  /** Of the pieces of it. */
  readonly sizes: readonly number[];
  readonly isBroken: boolean;
  readonly commits: readonly CommitRequest[];
  readonly releases: readonly ReleaseRequest[];
  /** Of other models. */
  readonly records: readonly RecordRequest[];
  readonly inputBound: number;
  /** The guard asked for usage where the program did not. */
  readonly hidesUsage: boolean;
  readonly hidesOutput: boolean;
}

export async function replay(options: Replay): Promise<Replayed> {
  const { exchange, tokens } = options;
  const { provider, match, url, request } = exchange;
  const telemetry = createRecordingTelemetry();
  const { authority, guard } = createRecordingGuard({ telemetry, tokens });
  authority.decide = ({ id, estimate }) => ({
    kind: 'granted',
    id,
    expiresAtMs: 0,
    held: { costNanoUsd: 0, tokens: estimate.inputBound.tokens + HELD_OUTPUT },
    waitedMs: 0,
    shadow: [],
  });
  const { response, given } = answerOf(options);
  const body = { kind: 'json', text: JSON.stringify(request) } as const;
  const call = { provider, match, request: { url, body }, send: async () => response };
  const seen = await read(await guard.call(call), options.breakAfter ?? Infinity);
  // Settling is done by then, but for what takes another turn.
  for (let i = 0; i < 100 && authority.commits.length + authority.releases.length === 0; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const facts = provider.request(match, request);
  return {
    ...seen,
    given: given(),
    sizes: options.chunks.map(({ length }) => length),
    commits: authority.commits,
    releases: authority.releases,
    records: authority.records,
    inputBound: authority.reserves.at(-1)?.estimate.inputBound.tokens ?? 0,
    hidesUsage: facts.wantsUsageOption,
    hidesOutput: facts.hiddenOutput,
  };
}

function answerOf({ exchange, chunks, error }: Replay): {
  readonly response: Response;
  readonly given: () => Uint8Array;
} {
  let next = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next];
        // A copy, as the reader is given the memory itself.
        if (chunk) controller.enqueue(chunk.slice());
        else if (error) controller.error(error);
        else controller.close();
        next += 1;
      },
    },
    { highWaterMark: 0 },
  );
  const { status, contentType } = exchange;
  const headers = new Headers(exchange.headers);
  headers.set('content-type', contentType);
  const response = new Response(source, { status, headers });
  return { response, given: () => Buffer.concat(chunks.slice(0, next)) };
}

async function read(response: Response, breakAfter: number) {
  const parts: Uint8Array[] = [];
  const reader = response.body?.getReader();
  try {
    for (let i = 0; reader && i < breakAfter; i++) {
      const { done, value } = await reader.read();
      if (done) return { bytes: Buffer.concat(parts), error: undefined, isBroken: false };
      parts.push(value);
    }
    await reader?.cancel();
    return { bytes: Buffer.concat(parts), error: undefined, isBroken: true };
  } catch (error) {
    return { bytes: Buffer.concat(parts), error, isBroken: false };
  }
}

export interface PlainlyRead {
  readonly facts: StreamFacts;
  /** Without the events that only report usage. */
  readonly visible: Uint8Array;
  /** Of all output until there. */
  readonly text: string;
  /** The event came that ends it. */
  readonly isTerminal: boolean;
}

export interface PlainReading {
  /** What is left behind the last event is one too. */
  readonly isWhole: boolean;
  /** Of the pieces in which it came: what comes with the end is read, and what comes later is not. */
  readonly sizes?: readonly number[];
}

/** As the guard does, but all at once and line by line. Shares nothing with it but the provider. */
export function readPlainly(
  { provider, match, contentType }: Pick<Exchange, 'provider' | 'match' | 'contentType'>,
  bytes: Uint8Array,
  { isWhole, sizes = [] }: PlainReading,
): PlainlyRead {
  const { blocksOf, eventOf, isFinished } = framingOf(contentType);
  const reader = provider.stream(match.api);
  const visible: Uint8Array[] = [];
  let facts: StreamFacts | undefined;
  let text = '';
  let at = 0;
  let readUntil = Infinity;
  for (const block of blocksOf(bytes, isWhole)) {
    at += block.length;
    // An event without its blank line is only read when all has come.
    const isLate = at > readUntil || (readUntil < Infinity && !isFinished(block));
    if (isLate) facts ??= { ...reader.facts() };
    const event = eventOf(block);
    const read = event && reader.read(event);
    if (read?.usageOnly !== true) visible.push(block);
    if (facts) continue;
    text += read?.output ?? '';
    if (read?.terminal && readUntil === Infinity) readUntil = endOfPiece(sizes, at);
  }
  const isTerminal = readUntil < Infinity;
  return { facts: facts ?? reader.facts(), visible: Buffer.concat(visible), text, isTerminal };
}

/** Of the piece that brings the byte before this place. */
function endOfPiece(sizes: readonly number[], place: number): number {
  let end = 0;
  for (const size of sizes) {
    end += size;
    if (end >= place) return end;
  }
  return place;
}

/** Where each event of a stream ends. */
export function boundariesOf({
  body,
  contentType,
}: Pick<Exchange, 'body' | 'contentType'>): readonly number[] {
  let at = 0;
  return framingOf(contentType)
    .blocksOf(body, true)
    .map((block) => (at += block.length));
}

/** Whether a ledger could take it. */
export function isCountable(usage: Usage | undefined): usage is Usage {
  try {
    checkUsage(usage as Usage);
    return true;
  } catch {
    return false;
  }
}
