// Answers of a session in bytes: grants and settlements by hand, whatever is rare by the generated code.
import { type Committed, type Granted, SpendfuseError } from '@spendfuse/core';
import { spendfuse } from '#wire';
import { decodeExact } from '../codec.ts';
import { errorFromSession, errorToSession } from '../errors.ts';
import {
  Outcome,
  type WireCommitResponse,
  type WireReleaseResponse,
  type WireReserveResponse,
  type WireSessionReply,
} from '../wire.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { type Answers, onWire, type Verb, VERBS } from './verbs.ts';

const { SessionReply } = spendfuse.v1;

/** An answer as it is sent. */
export type SentAnswer = SentReply | { readonly seq: number; readonly error: SpendfuseError };

interface SentReply {
  readonly seq: number;
  readonly verb: Verb;
  /** Of `answerToWire`. */
  readonly message: object;
}

/** An answer as it arrives. */
export type ArrivedAnswer =
  | { [V in Verb]: { readonly seq: number; readonly verb: V; readonly answer: Answers[V] } }[Verb]
  | { readonly seq: number; readonly error: SpendfuseError };

export function writeAnswer(writer: ByteWriter, sent: SentAnswer): void {
  const { seq } = sent;
  if ('error' in sent) {
    writer.raw(SessionReply.encode({ seq, error: errorToSession(sent.error) }).finish());
    return;
  }
  const { verb, message } = sent;
  const start = writer.length;
  writer.number(0x08, seq);
  let written = false;
  if (verb === 'reserve') written = writeGranted(writer, message);
  else if (verb === 'commit') written = writeCommitted(writer, message);
  else if (verb === 'release') written = writeReleased(writer, message);
  if (written) return;
  writer.truncate(start);
  writer.raw(SessionReply.encode({ seq, [verb]: message }).finish());
}

function writeGranted(writer: ByteWriter, message: WireReserveResponse): boolean {
  const { outcome, shadow, reason, refusals } = message;
  if (outcome !== Outcome.OUTCOME_GRANTED || shadow?.length || reason || refusals) return false;
  const start = writer.open(0x12);
  writer.text(0x0a, message.id ?? '');
  writer.number(0x10, outcome);
  writer.number(0x18, message.expiresAtMs ?? 0);
  writer.optional(0x20, message.heldCostNanoUsd);
  writer.number(0x28, message.heldTokens ?? 0);
  writer.optional(0x30, message.maxOutputTokens);
  writer.number(0x60, message.waitedMs ?? 0);
  writer.text(0x6a, message.model ?? '');
  writer.optional(0x70, message.heldOutputTokens);
  writer.close(start);
  return true;
}

function writeCommitted(writer: ByteWriter, message: WireCommitResponse): boolean {
  const start = writer.open(0x1a);
  writer.text(0x0a, message.id ?? '');
  writer.optional(0x10, message.costNanoUsd);
  writer.text(0x1a, message.catalogue ?? '');
  writer.number(0x20, message.overrunNanoUsd ?? 0);
  writer.flag(0x28, message.late ?? false);
  writer.close(start);
  return true;
}

function writeReleased(writer: ByteWriter, { id }: WireReleaseResponse): boolean {
  const start = writer.open(0x22);
  writer.text(0x0a, id ?? '');
  writer.close(start);
  return true;
}

/** Reads a SessionReply up to `end`. @throws RangeError for bytes that are none. */
export function readAnswer(reader: ByteReader, end: number): ArrivedAnswer {
  const start = reader.at;
  const answer = readFrequent(reader);
  if (answer && reader.at === end && answer.seq <= MAX_UINT32) return answer;
  reader.at = end;
  return answerOfReply(decodeExact(SessionReply, reader.bytes.subarray(start, end)));
}

const MAX_UINT32 = 2 ** 32 - 1;

/** Undefined, or not all read: it is of another kind, or not well-formed. */
function readFrequent(reader: ByteReader): ArrivedAnswer | undefined {
  if (reader.varint() !== 0x08) return undefined;
  const seq = reader.varint();
  const tag = reader.varint();
  const end = reader.end();
  if (tag === 0x12) {
    const answer = readGranted(reader, end);
    return answer && { seq, verb: 'reserve', answer };
  }
  if (tag === 0x1a) {
    const answer = readCommitted(reader, end);
    return answer && { seq, verb: 'commit', answer };
  }
  if (tag === 0x22 && reader.varint() === 0x0a) {
    reader.text();
    return { seq, verb: 'release', answer: undefined };
  }
  return undefined;
}

function readGranted(reader: ByteReader, end: number): Granted | undefined {
  let id = '';
  let outcome = 0;
  let expiresAtMs = 0;
  let costNanoUsd: number | undefined;
  let tokens = 0;
  let maxOutputTokens: number | undefined;
  let waitedMs = 0;
  let model = '';
  let heldOutputTokens: number | undefined;
  while (reader.at < end) {
    const field = reader.varint();
    if (field === 0x0a) id = reader.text();
    else if (field === 0x10) outcome = reader.varint();
    else if (field === 0x18) expiresAtMs = reader.varint();
    else if (field === 0x20) costNanoUsd = reader.varint();
    else if (field === 0x28) tokens = reader.varint();
    else if (field === 0x30) maxOutputTokens = reader.varint();
    else if (field === 0x60) waitedMs = reader.varint();
    else if (field === 0x6a) model = reader.text();
    else if (field === 0x70) heldOutputTokens = reader.varint();
    else return undefined;
  }
  if (outcome !== Outcome.OUTCOME_GRANTED) return undefined;
  return {
    kind: 'granted',
    id,
    expiresAtMs,
    held: { costNanoUsd, tokens },
    maxOutputTokens,
    model: model || undefined,
    heldOutputTokens,
    waitedMs,
    shadow: [],
  };
}

function readCommitted(reader: ByteReader, end: number): Committed | undefined {
  let id = '';
  let costNanoUsd: number | undefined;
  let catalogue = '';
  let overrunNanoUsd = 0;
  let late = false;
  while (reader.at < end) {
    const field = reader.varint();
    if (field === 0x0a) id = reader.text();
    else if (field === 0x10) costNanoUsd = reader.varint();
    else if (field === 0x1a) catalogue = reader.text();
    else if (field === 0x20) overrunNanoUsd = reader.varint();
    else if (field === 0x28) late = reader.varint() !== 0;
    else return undefined;
  }
  return { id, costNanoUsd, catalogue, overrunNanoUsd, late };
}

/** Any answer, as the generated code has read it. */
export function answerOfReply(reply: WireSessionReply): ArrivedAnswer {
  const seq = reply.seq ?? 0;
  if (reply.error) return { seq, error: errorFromSession(reply.error) };
  const verb = VERBS.find((name) => reply[name]);
  if (!verb) return { seq, error: unreadable('it is of another kind') };
  return arrivedAnswer({ seq, verb, message: reply[verb] ?? {} });
}

/** One that cannot be told here is an error of its call. */
export function arrivedAnswer({ seq, verb, message }: SentReply): ArrivedAnswer {
  try {
    const answer = onWire[verb].answerFromWire(message);
    return { seq, verb, answer } as ArrivedAnswer;
  } catch (cause) {
    return { seq, error: unreadable(String(cause), cause) };
  }
}

function unreadable(why: string, cause?: unknown): SpendfuseError {
  const message = `the answer of the authority cannot be read: ${why}`;
  return new SpendfuseError({ code: 'INTERNAL', message, cause });
}
