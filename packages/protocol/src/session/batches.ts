// Messages of a session: as many calls or answers as fit into one, and out again.
import { spendfuse } from '#wire';
import { codec, MAX_MESSAGE_BYTES } from '../codec.ts';
import type { WireHello, WireSessionRequest, WireSessionResponse, WireWelcome } from '../wire.ts';
import {
  answerOfReply,
  type ArrivedAnswer,
  readAnswer,
  type SentAnswer,
  writeAnswer,
} from './answers.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { CallCache } from './call-cache.ts';
import { arrivedCall, type ArrivedCall, readCall, type SentCall, writeCall } from './calls.ts';

export interface Packed {
  readonly bytes: Buffer;
  /** How many items are in it. 0: the first alone is larger than a message may be. */
  readonly count: number;
}

/** `calls` of a SessionRequest and `replies` of a SessionResponse: field 2, length-delimited. */
const ITEM = (2 << 3) | 2;

const writer = new ByteWriter();

/** A message of a session, from the client, with as many of the calls as it may hold. */
export function packCalls(calls: Iterable<SentCall>): Packed {
  return pack(calls, writeCall);
}

/** A message of a session, from the server, with as many of the answers as it may hold. */
export function packAnswers(answers: Iterable<SentAnswer>): Packed {
  return pack(answers, writeAnswer);
}

function pack<T>(items: Iterable<T>, write: (writer: ByteWriter, item: T) => void): Packed {
  let count = 0;
  writer.truncate(0);
  for (const item of items) {
    const before = writer.length;
    const start = writer.open(ITEM);
    write(writer, item);
    writer.close(start);
    if (writer.length > MAX_MESSAGE_BYTES) {
      writer.truncate(before);
      break;
    }
    count += 1;
  }
  return { bytes: writer.take(), count };
}

export interface ArrivedCalls {
  readonly hello?: WireHello | null | undefined;
  readonly calls: readonly ArrivedCall[];
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for bytes that are no SessionRequest. */
export function readCalls(bytes: Buffer, cache: CallCache): ArrivedCalls {
  const read = (reader: ByteReader, end: number) => readCall(reader, end, cache);
  const calls = readItems(bytes, read);
  if (calls) return { calls };
  const message = requests.decode(bytes);
  return { hello: message.hello, calls: (message.calls ?? []).map(arrivedCall) };
}

export interface ArrivedAnswers {
  readonly welcome?: WireWelcome | null | undefined;
  readonly answers: readonly ArrivedAnswer[];
}

/** @throws SpendfuseError `INVALID_ARGUMENT` for bytes that are no SessionResponse. */
export function readAnswers(bytes: Buffer): ArrivedAnswers {
  const answers = readItems(bytes, readAnswer);
  if (answers) return { answers };
  const message = responses.decode(bytes);
  return { welcome: message.welcome, answers: (message.replies ?? []).map(answerOfReply) };
}

const requests = codec<WireSessionRequest>('SessionRequest', spendfuse.v1.SessionRequest);
const responses = codec<WireSessionResponse>('SessionResponse', spendfuse.v1.SessionResponse);

/** Undefined: there is something else in the message, a greeting, what is newer, or what is broken. */
function readItems<T>(
  bytes: Buffer,
  read: (reader: ByteReader, end: number) => T,
): readonly T[] | undefined {
  const items: T[] = [];
  const reader = new ByteReader(bytes);
  try {
    while (reader.at < bytes.length) {
      if (reader.varint() !== ITEM) return undefined;
      const end = reader.end();
      if (end > bytes.length) return undefined;
      items.push(read(reader, end));
    }
    return items;
  } catch {
    return undefined;
  }
}
