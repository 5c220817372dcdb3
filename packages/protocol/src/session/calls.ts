// Calls of a session in bytes: the frequent ones by hand, whatever is rare by the generated code.
import {
  type CommitRequest,
  type Estimate,
  invalid,
  type ReserveRequest,
  SpendfuseError,
  type Usage,
} from '@spendfuse/core';
import { spendfuse } from '#wire';
import { decodeExact } from '../codec.ts';
import type {
  WireCall,
  WireCommitRequest,
  WireEstimate,
  WireReleaseRequest,
  WireReserveRequest,
  WireSessionCall,
  WireUsage,
} from '../wire.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { CallCache } from './call-cache.ts';
import { onWire, type Requests, type Verb, VERBS } from './verbs.ts';

const { SessionCall } = spendfuse.v1;

/** A call as it is sent. */
export interface SentCall {
  readonly seq: number;
  readonly verb: Verb;
  /** Of `requestToWire`. */
  readonly message: object;
}

/** A call as it arrives; with an error in the place of a request that makes no sense. */
export type ArrivedCall =
  | { [V in Verb]: { readonly seq: number; readonly verb: V; readonly request: Requests[V] } }[Verb]
  | { readonly seq: number; readonly error: SpendfuseError };

export function writeCall(writer: ByteWriter, { seq, verb, message }: SentCall): void {
  const start = writer.length;
  writer.number(0x08, seq);
  let written = false;
  if (verb === 'reserve') written = writeReserve(writer, message);
  else if (verb === 'commit') written = writeCommit(writer, message);
  else if (verb === 'release') written = writeRelease(writer, message);
  if (written) return;
  writer.truncate(start);
  writer.raw(SessionCall.encode({ seq, [verb]: message }).finish());
}

function writeReserve(writer: ByteWriter, message: WireReserveRequest): boolean {
  const { id, call, estimate, ttlMs, maxWaitMs } = message;
  if (!call || !estimate || estimate.amounts) return false;
  const reserve = writer.open(0x12);
  writer.text(0x0a, id ?? '');
  const inner = writer.open(0x12);
  writeCallOf(writer, call);
  writer.close(inner);
  const bound = writer.open(0x1a);
  writeEstimate(writer, estimate);
  writer.close(bound);
  writer.number(0x20, ttlMs ?? 0);
  writer.number(0x28, maxWaitMs ?? 0);
  writer.close(reserve);
  return true;
}

function writeCallOf(writer: ByteWriter, { labels, provider, model, operation }: WireCall): void {
  for (const name in labels) {
    if (!Object.hasOwn(labels, name)) continue;
    const label = writer.open(0x0a);
    writer.text(0x0a, name);
    writer.text(0x12, labels[name] ?? '');
    writer.close(label);
  }
  writer.text(0x12, provider ?? '');
  writer.text(0x1a, model ?? '');
  writer.text(0x22, operation ?? '');
}

function writeEstimate(writer: ByteWriter, estimate: WireEstimate): void {
  writer.number(0x08, estimate.inputTokens ?? 0);
  writer.flag(0x10, estimate.inputExact ?? false);
  writer.optional(0x18, estimate.maxOutputTokens);
  writer.number(0x20, estimate.choices ?? 0);
  writer.flag(0x28, estimate.clampable ?? false);
  writer.flag(0x30, estimate.soft ?? false);
  writer.text(0x42, estimate.tier ?? '');
  writer.flag(0x48, estimate.downgradable ?? false);
  writer.number(0x50, estimate.webSearches ?? 0);
}

function writeCommit(writer: ByteWriter, message: WireCommitRequest): boolean {
  const { id, usage, usageSource, responseModel, call, reservedAtMs, amounts, tier } = message;
  if (!usage || call || amounts || reservedAtMs) return false;
  const commit = writer.open(0x1a);
  writer.text(0x0a, id ?? '');
  const inner = writer.open(0x12);
  writeUsage(writer, usage);
  writer.close(inner);
  writer.number(0x18, usageSource ?? 0);
  writer.text(0x22, responseModel ?? '');
  writer.text(0x42, tier ?? '');
  writer.close(commit);
  return true;
}

function writeUsage(writer: ByteWriter, usage: WireUsage): void {
  writer.number(0x08, usage.inputTokens ?? 0);
  writer.number(0x10, usage.outputTokens ?? 0);
  writer.number(0x18, usage.cacheReadTokens ?? 0);
  writer.number(0x20, usage.cacheWriteTokens ?? 0);
  writer.number(0x28, usage.reasoningTokens ?? 0);
  writer.number(0x30, usage.inputAudioTokens ?? 0);
  writer.number(0x38, usage.outputAudioTokens ?? 0);
  writer.number(0x40, usage.cacheWrite1hTokens ?? 0);
  writer.number(0x48, usage.inputImageTokens ?? 0);
  writer.number(0x50, usage.outputImageTokens ?? 0);
  writer.number(0x58, usage.webSearches ?? 0);
}

function writeRelease(writer: ByteWriter, { id, sent }: WireReleaseRequest): boolean {
  const release = writer.open(0x22);
  writer.text(0x0a, id ?? '');
  writer.flag(0x10, sent ?? false);
  writer.close(release);
  return true;
}

/** Reads a SessionCall up to `end`. @throws RangeError for bytes that are none. */
export function readCall(reader: ByteReader, end: number, calls: CallCache): ArrivedCall {
  const start = reader.at;
  const call = readFrequent(reader, calls);
  if (call && reader.at === end && call.seq <= MAX_UINT32) return call;
  reader.at = end;
  return arrivedCall(decodeExact(SessionCall, reader.bytes.subarray(start, end)));
}

/** Undefined, or not all read: it is of another kind, or not well-formed. */
function readFrequent(reader: ByteReader, calls: CallCache): ArrivedCall | undefined {
  if (reader.varint() !== 0x08) return undefined;
  const seq = reader.varint();
  const tag = reader.varint();
  const end = reader.end();
  if (tag === 0x12) {
    const request = readReserve(reader, end, calls);
    return request && { seq, verb: 'reserve', request };
  }
  if (tag === 0x1a) {
    const request = readCommit(reader, end);
    return request && { seq, verb: 'commit', request };
  }
  if (tag === 0x22) {
    let id = '';
    let sent = false;
    while (reader.at < end) {
      const field = reader.varint();
      if (field === 0x0a) id = reader.text();
      else if (field === 0x10) sent = reader.varint() !== 0;
      else return undefined;
    }
    return { seq, verb: 'release', request: { id, sent } };
  }
  return undefined;
}

function readReserve(
  reader: ByteReader,
  end: number,
  calls: CallCache,
): ReserveRequest | undefined {
  let id = '';
  let call;
  let estimate;
  let ttlMs = 0;
  let maxWaitMs = 0;
  while (reader.at < end) {
    const field = reader.varint();
    if (field === 0x0a) id = reader.text();
    else if (field === 0x12 && !call) call = calls.read(reader);
    else if (field === 0x1a && !estimate) estimate = readEstimate(reader, reader.end());
    else if (field === 0x20) ttlMs = reader.varint();
    else if (field === 0x28) maxWaitMs = reader.varint();
    else return undefined;
  }
  if (!call || !estimate) return undefined;
  return {
    id,
    call,
    estimate,
    ttlMs: ttlMs || undefined,
    maxWaitMs: maxWaitMs || undefined,
  };
}

function readEstimate(reader: ByteReader, end: number): Estimate | undefined {
  let tokens = 0;
  let exact = false;
  let soft = false;
  let maxOutputTokens: number | undefined;
  let choices = 0;
  let clampable = false;
  let tier = '';
  let downgradable = false;
  let webSearches = 0;
  while (reader.at < end) {
    const field = reader.varint();
    if (field === 0x08) tokens = reader.varint();
    else if (field === 0x10) exact = reader.varint() !== 0;
    else if (field === 0x18) maxOutputTokens = reader.varint();
    else if (field === 0x20) choices = reader.varint();
    else if (field === 0x28) clampable = reader.varint() !== 0;
    else if (field === 0x30) soft = reader.varint() !== 0;
    else if (field === 0x42) tier = reader.text();
    else if (field === 0x48) downgradable = reader.varint() !== 0;
    else if (field === 0x50) webSearches = reader.varint();
    else return undefined;
  }
  if (reader.at !== end || choices > MAX_INT32) return undefined;
  return {
    inputBound: { tokens, exact, soft: soft || undefined },
    maxOutputTokens,
    choices: choices || 1,
    clampable,
    downgradable: downgradable || undefined,
    amounts: undefined,
    webSearches: webSearches || undefined,
    tier: tier || undefined,
  };
}

const MAX_INT32 = 2 ** 31 - 1;
const MAX_UINT32 = 2 ** 32 - 1;

function readCommit(reader: ByteReader, end: number): CommitRequest | undefined {
  let id = '';
  let usage;
  let source = 0;
  let responseModel = '';
  let tier = '';
  while (reader.at < end) {
    const field = reader.varint();
    if (field === 0x0a) id = reader.text();
    else if (field === 0x12 && !usage) usage = readUsage(reader, reader.end());
    else if (field === 0x18) source = reader.varint();
    else if (field === 0x22) responseModel = reader.text();
    else if (field === 0x42) tier = reader.text();
    else return undefined;
  }
  if (!usage || source > 2) return undefined;
  return {
    id,
    usage,
    usageSource: source === 2 ? 'estimated' : 'provider',
    responseModel: responseModel || undefined,
    tier: tier || undefined,
    amounts: undefined,
    call: undefined,
  };
}

function readUsage(reader: ByteReader, end: number): Usage | undefined {
  let inputTokens = 0;
  let outputTokens = 0;
  let cacheReadTokens = 0;
  let cacheWriteTokens = 0;
  let reasoningTokens = 0;
  let inputAudioTokens = 0;
  let outputAudioTokens = 0;
  let cacheWrite1hTokens = 0;
  let inputImageTokens = 0;
  let outputImageTokens = 0;
  let webSearches = 0;
  while (reader.at < end) {
    const field = reader.varint();
    const value = reader.varint();
    if (field === 0x08) inputTokens = value;
    else if (field === 0x10) outputTokens = value;
    else if (field === 0x18) cacheReadTokens = value;
    else if (field === 0x20) cacheWriteTokens = value;
    else if (field === 0x28) reasoningTokens = value;
    else if (field === 0x30) inputAudioTokens = value;
    else if (field === 0x38) outputAudioTokens = value;
    else if (field === 0x40) cacheWrite1hTokens = value;
    else if (field === 0x48) inputImageTokens = value;
    else if (field === 0x50) outputImageTokens = value;
    else if (field === 0x58) webSearches = value;
    else return undefined;
  }
  if (reader.at !== end) return undefined;
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
    inputAudioTokens,
    outputAudioTokens,
    cacheWrite1hTokens,
    inputImageTokens,
    outputImageTokens,
    webSearches,
  };
}

/** Any call, as the generated code has read it. */
export function arrivedCall(message: WireSessionCall): ArrivedCall {
  const seq = message.seq ?? 0;
  const verb = VERBS.find((name) => message[name]);
  if (!verb) return { seq, error: invalid('verb', 'is unknown') };
  try {
    const request = onWire[verb].requestFromWire(message[verb] ?? {});
    return { seq, verb, request } as ArrivedCall;
  } catch (thrown) {
    return { seq, error: SpendfuseError.from(thrown) };
  }
}
