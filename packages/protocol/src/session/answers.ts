// Answers of a session in bytes: grants and settlements by hand, whatever is rare by the generated code.
import { type Committed, type Decision, type Granted, SpendfuseError } from '@spendfuse/core';
import { spendfuse } from '#wire';
import { decodeExact } from '../codec.ts';
import { errorFromSession, errorToSession } from '../errors.ts';
import { whole, wholeOr } from '../numbers.ts';
import { Outcome, type WireSessionReply } from '../wire.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { type Answers, onWire, type Requests, type Verb, VERBS } from './verbs.ts';

const { SessionReply } = spendfuse.v1;

/** An answer as it is sent: of the domain, so that nothing is made of it but its bytes. */
export type SentAnswer = SentReply | { readonly seq: number; readonly error: SpendfuseError };

type SentReply = {
  [V in Verb]: {
    readonly seq: number;
    readonly verb: V;
    readonly request: Requests[V];
    readonly answer: Answers[V];
  };
}[Verb];

/** An answer as it arrives. */
export type ArrivedAnswer =
  | { [V in Verb]: { readonly seq: number; readonly verb: V; readonly answer: Answers[V] } }[Verb]
  | { readonly seq: number; readonly error: SpendfuseError };

/** One that the wire cannot carry exactly is an error of its call. */
export function writeAnswer(writer: ByteWriter, sent: SentAnswer): void {
  const start = writer.length;
  let failed: unknown;
  if ('error' in sent) failed = sent.error;
  else {
    try {
      if (writeFrequent(writer, sent)) return;
      writer.truncate(start);
      return writer.raw(SessionReply.encode(replyOf(sent)).finish());
    } catch (error) {
      failed = error;
    }
  }
  writer.truncate(start);
  writer.raw(SessionReply.encode({ seq: sent.seq, error: errorToSession(failed) }).finish());
}

function replyOf({ seq, verb, request, answer }: SentReply): WireSessionReply {
  const toWire = onWire[verb].answerToWire as (request: object, answer: unknown) => object;
  return { seq, [verb]: toWire(request, answer) };
}

/** False: someone else has to write it, from the start. */
function writeFrequent(writer: ByteWriter, sent: SentReply): boolean {
  writer.number(0x08, sent.seq);
  switch (sent.verb) {
    case 'reserve':
      return writeGranted(writer, sent.request.id, sent.answer);
    case 'commit':
      return writeCommitted(writer, sent.answer);
    case 'release':
      return writeReleased(writer, sent.request.id);
    default:
      return false;
  }
}

function writeGranted(writer: ByteWriter, id: string, decision: Decision): boolean {
  if (decision.kind !== 'granted' || decision.shadow.length > 0) return false;
  const { expiresAtMs, held, maxOutputTokens, waitedMs, model, heldOutputTokens } = decision;
  const start = writer.open(0x12);
  writer.text(0x0a, id);
  writer.number(0x10, Outcome.OUTCOME_GRANTED);
  writer.number(0x18, whole(expiresAtMs, 'expiresAtMs'));
  writer.optional(0x20, wholeOr(undefined, held.costNanoUsd, 'held.costNanoUsd'));
  writer.number(0x28, whole(held.tokens, 'held.tokens'));
  writer.optional(0x30, wholeOr(undefined, maxOutputTokens, 'maxOutputTokens'));
  writer.number(0x60, whole(waitedMs, 'waitedMs'));
  writer.text(0x6a, model ?? '');
  writer.optional(0x70, wholeOr(undefined, heldOutputTokens, 'heldOutputTokens'));
  writer.close(start);
  return true;
}

function writeCommitted(writer: ByteWriter, committed: Committed): boolean {
  const start = writer.open(0x1a);
  writer.text(0x0a, committed.id);
  writer.optional(0x10, wholeOr(undefined, committed.costNanoUsd, 'costNanoUsd'));
  writer.text(0x1a, committed.catalogue);
  writer.number(0x20, whole(committed.overrunNanoUsd, 'overrunNanoUsd'));
  writer.flag(0x28, committed.late);
  writer.close(start);
  return true;
}

function writeReleased(writer: ByteWriter, id: string): boolean {
  const start = writer.open(0x22);
  writer.text(0x0a, id);
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

interface WireAnswer {
  readonly seq: number;
  readonly verb: Verb;
  /** As the wire has it. */
  readonly message: object;
}

/** One that cannot be told here is an error of its call. */
export function arrivedAnswer({ seq, verb, message }: WireAnswer): ArrivedAnswer {
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
