// Hand-written bytes and generated code say the same, both ways, whatever the message.
import { DENIAL_REASONS, SpendfuseError } from '@spendfuse/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spendfuse } from '#wire';
import { MAX_MESSAGE_BYTES } from '../codec.ts';
import { errorToSession } from '../errors.ts';
import { budgetService } from '../service.ts';
import type { WireSessionCall, WireSessionReply } from '../wire.ts';
import { answerOfReply, type SentAnswer } from './answers.ts';
import { packAnswers, packCalls, readAnswers, readCalls } from './batches.ts';
import { CallCache } from './call-cache.ts';
import { arrivedCall, type SentCall } from './calls.ts';
import { type Answers, onWire, type Verb } from './verbs.ts';

const { SessionRequest, SessionResponse } = spendfuse.v1;

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.uuid(), fc.constant(''));
const amount = fc.oneof(
  fc.nat(300),
  fc.maxSafeNat(),
  fc.constantFrom(127, 128, 2 ** 28 - 1, 2 ** 28, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const number = fc.oneof(amount, fc.maxSafeInteger());
const seq = fc.oneof(fc.nat(1000), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
const labels = fc.dictionary(text, text, { maxKeys: 5 });
const amounts = fc.dictionary(fc.constantFrom('tool_calls', 'pages'), number, { maxKeys: 2 });
const call = fc.record({ labels, provider: text, model: text, operation: text });

/** Now and then without some of its fields, as other clients send it. */
const some = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(shape, { requiredKeys: [] });

const reserve = some({
  id: text,
  call,
  estimate: some({
    inputTokens: number,
    inputExact: fc.boolean(),
    maxOutputTokens: number,
    choices: fc.integer(),
    clampable: fc.boolean(),
    soft: fc.boolean(),
    amounts,
    tier: text,
    downgradable: fc.boolean(),
    webSearches: number,
  }),
  ttlMs: number,
  maxWaitMs: number,
});
const commit = some({
  id: text,
  usage: some({
    inputTokens: number,
    outputTokens: number,
    cacheReadTokens: number,
    cacheWriteTokens: number,
    reasoningTokens: number,
    inputAudioTokens: number,
    outputAudioTokens: number,
    cacheWrite1hTokens: number,
    inputImageTokens: number,
    outputImageTokens: number,
    webSearches: number,
  }),
  usageSource: fc.integer({ min: 0, max: 4 }),
  responseModel: text,
  call,
  reservedAtMs: number,
  amounts,
  tier: text,
});
const calls: fc.Arbitrary<readonly SentCall[]> = fc.array(
  fc.oneof(
    fc.record({ seq, verb: fc.constant('reserve' as const), message: reserve }),
    fc.record({ seq, verb: fc.constant('commit' as const), message: commit }),
    fc.record({
      seq,
      verb: fc.constant('release' as const),
      message: some({ id: text, sent: fc.boolean() }),
    }),
    fc.record({
      seq,
      verb: fc.constant('extend' as const),
      message: some({ id: text, ttlMs: number }),
    }),
  ),
  { maxLength: 5 },
);

const generatedRequest = (sent: readonly SentCall[]): Buffer =>
  Buffer.from(
    SessionRequest.encode({
      calls: sent.map(({ seq, verb, message }) => ({ seq, [verb]: message })),
    }).finish(),
  );

/** What the generated code reads. */
const decodedCalls = (bytes: Buffer): readonly WireSessionCall[] =>
  budgetService.session.requestDeserialize(bytes).calls ?? [];

test('calls: what is written by hand reads the same by the generated code', () => {
  fc.assert(
    fc.property(calls, (sent) => {
      const { bytes, count } = packCalls(sent);
      expect(count).toBe(sent.length);
      expect(decodedCalls(bytes)).toEqual(decodedCalls(generatedRequest(sent)));
    }),
  );
});

/** Without stacks and causes, which differ. */
const plain = <T extends object>(items: readonly T[]) =>
  items.map((item) => ('error' in item ? { ...item, error: String(item.error) } : item));

test('calls: what the generated code writes reads the same by hand, again and again', () => {
  const cache = new CallCache();
  fc.assert(
    fc.property(calls, (sent) => {
      const bytes = generatedRequest(sent);
      const expected = plain(decodedCalls(bytes).map(arrivedCall));
      expect(plain(readCalls(bytes, cache).calls)).toEqual(expected);
      expect(plain(readCalls(bytes, cache).calls)).toEqual(expected);
    }),
  );
});

const granted = some({
  id: text,
  outcome: fc.integer({ min: 0, max: 4 }),
  expiresAtMs: number,
  heldCostNanoUsd: number,
  heldTokens: number,
  maxOutputTokens: number,
  shadow: fc.array(some({ reason: fc.integer({ min: 0, max: 6 }), budget: text }), {
    maxLength: 1,
  }),
  reason: fc.integer({ min: 0, max: 6 }),
  waitedMs: number,
  model: text,
  heldOutputTokens: number,
});
const committed = some({
  id: text,
  costNanoUsd: number,
  catalogue: text,
  overrunNanoUsd: number,
  late: fc.boolean(),
});
const replies: fc.Arbitrary<readonly WireSessionReply[]> = fc.array(
  fc.oneof(
    fc.record({ seq, reserve: granted }),
    fc.record({ seq, commit: committed }),
    fc.record({ seq, record: committed }),
    fc.record({ seq, release: some({ id: text }) }),
    fc.record({ seq, error: fc.record({ code: fc.constant('SETTLED'), message: text }) }),
  ),
  { maxLength: 5 },
);

const decodedReplies = (bytes: Buffer): readonly WireSessionReply[] =>
  budgetService.session.responseDeserialize(bytes).replies ?? [];

const generatedResponse = (sent: readonly WireSessionReply[]): Buffer =>
  Buffer.from(SessionResponse.encode({ replies: [...sent] }).finish());

test('answers: what the generated code writes reads the same by hand', () => {
  fc.assert(
    fc.property(replies, (sent) => {
      const bytes = generatedResponse(sent);
      expect(plain(readAnswers(bytes).answers)).toEqual(
        plain(decodedReplies(bytes).map(answerOfReply)),
      );
    }),
  );
});

/** Now and then one that the wire cannot carry. */
const told = fc.oneof({ weight: 20, arbitrary: number }, fc.constantFrom(0.5, 2 ** 53, NaN));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const held = fc.record({ costNanoUsd: maybe(told), tokens: told });
const refusal = fc.record({
  reason: fc.constantFrom(...DENIAL_REASONS),
  budget: text,
  scope: labels,
  unit: fc.constantFrom('cost', 'tokens', 'tool_calls'),
  window: text,
  limit: told,
  committed: number,
  reserved: number,
  requested: number,
});
const decision = fc.oneof(
  fc.record({
    kind: fc.constant('granted' as const),
    id: text,
    expiresAtMs: told,
    held,
    maxOutputTokens: maybe(told),
    model: maybe(text),
    heldOutputTokens: maybe(told),
    waitedMs: told,
    shadow: fc.array(refusal, { maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('denied' as const),
    reason: fc.constantFrom(...DENIAL_REASONS),
    refusals: fc.array(refusal, { maxLength: 2 }),
    resetAtMs: maybe(told),
    waitedMs: told,
  }),
  fc.constant({ kind: 'refine' as const }),
);
const settled = fc.record({
  id: text,
  costNanoUsd: maybe(told),
  catalogue: text,
  overrunNanoUsd: told,
  late: fc.boolean(),
});
const extended = fc.record({ kind: fc.constant('extended' as const), expiresAtMs: told, held });
const asked = <V extends Verb>(verb: V, answer: fc.Arbitrary<Answers[V]>) =>
  fc.record({ seq, verb: fc.constant(verb), request: fc.record({ id: text }), answer });

const answers = fc.array(
  fc.oneof(
    asked('reserve', decision),
    asked('commit', settled),
    asked('record', settled),
    asked('release', fc.constant(undefined)),
    asked('extend', extended),
    fc.record({
      seq,
      error: text.map((message) => new SpendfuseError({ code: 'SETTLED', message })),
    }),
  ),
  { maxLength: 5 },
) as fc.Arbitrary<readonly SentAnswer[]>;

/** By the generated code alone, from what `answerToWire` makes of it. */
function generatedReply(sent: SentAnswer): WireSessionReply {
  const { seq } = sent;
  if ('error' in sent) return { seq, error: errorToSession(sent.error) };
  try {
    const { answerToWire } = onWire[sent.verb];
    return { seq, [sent.verb]: answerToWire(sent.request as never, sent.answer as never) };
  } catch (error) {
    return { seq, error: errorToSession(error) };
  }
}

test('answers: what is written by hand reads the same by the generated code', () => {
  fc.assert(
    fc.property(answers, (sent) => {
      const { bytes, count } = packAnswers(sent);
      expect(count).toBe(sent.length);
      expect(decodedReplies(bytes)).toEqual(
        decodedReplies(generatedResponse(sent.map(generatedReply))),
      );
    }),
    { numRuns: 300 },
  );
});

test('an answer that the wire cannot carry is an error of its call, and of no other', () => {
  const committed = { id: 'a', costNanoUsd: 1, catalogue: 'c', overrunNanoUsd: 0, late: false };
  const commit = { verb: 'commit', request: { id: 'a' }, answer: committed };
  const sent = [
    { ...commit, seq: 1 },
    { ...commit, seq: 2, answer: { ...committed, costNanoUsd: 0.5 } },
    { ...commit, seq: 3 },
  ] as unknown as readonly SentAnswer[];
  expect(readAnswers(packAnswers(sent).bytes).answers).toEqual([
    { seq: 1, verb: 'commit', answer: committed },
    { seq: 2, error: expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'costNanoUsd' }) },
    { seq: 3, verb: 'commit', answer: committed },
  ]);
});

test('bytes that are cut off or changed are read like the generated code reads them', () => {
  const outcome = (read: () => readonly object[]) => {
    try {
      return plain(read());
    } catch (error) {
      return SpendfuseError.from(error).message;
    }
  };
  fc.assert(
    fc.property(calls, fc.nat(), fc.nat(255), fc.boolean(), (sent, place, byte, cut) => {
      const bytes = generatedRequest(sent);
      const at = place % (bytes.length + 1);
      const bad = cut ? bytes.subarray(0, at) : Buffer.from(bytes);
      if (!cut && at < bytes.length) bad[at] = byte;
      const expected = outcome(() => {
        const { hello, calls: read } = budgetService.session.requestDeserialize(bad);
        return hello ? [] : (read ?? []).map(arrivedCall);
      });
      expect(
        outcome(() => {
          const { hello, calls: read } = readCalls(bad, new CallCache());
          return hello ? [] : read;
        }),
      ).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a greeting is told from calls, and calls beside it are seen', () => {
  const release = { seq: 1, release: { id: 'a' } };
  const bytes = budgetService.session.requestSerialize({ hello: { version: 1 }, calls: [release] });
  const { hello, calls: read } = readCalls(bytes, new CallCache());
  expect(hello?.version).toBe(1);
  expect(read).toMatchObject([{ seq: 1, verb: 'release', request: { id: 'a' } }]);
  const welcome = budgetService.session.responseSerialize({ welcome: { version: 1 } });
  expect(readAnswers(welcome)).toMatchObject({ welcome: { version: 1 }, answers: [] });
});

test('calls with the same bytes share one object, others never', () => {
  const cache = new CallCache();
  const read = (user: string) => {
    const message = { id: 'a', call: { labels: { user }, model: 'm' }, estimate: { choices: 1 } };
    const { bytes } = packCalls([{ seq: 1, verb: 'reserve', message }]);
    const [arrived] = readCalls(bytes, cache).calls;
    return arrived && 'request' in arrived && 'call' in arrived.request && arrived.request.call;
  };
  expect(read('u1')).toBe(read('u1'));
  for (let i = 0; i < 6000; i++) {
    expect(read(`u${i}`)).toMatchObject({ labels: { user: `u${i}` }, model: 'm' });
  }
});

test('labels are those of the object itself, not what it inherits', () => {
  const labels = Object.assign(Object.create({ team: 't' }), { user: 'u' }) as object;
  const message = { id: 'a', call: { labels, model: 'm' }, estimate: { choices: 1 } };
  const { bytes } = packCalls([{ seq: 1, verb: 'reserve', message }]);
  expect(decodedCalls(bytes)[0]?.reserve?.call?.labels).toEqual({ user: 'u' });
});

test('a batch takes what fits into a message, and says when nothing does', () => {
  const sent = Array.from({ length: 3000 }, (_, i) => ({
    seq: i + 1,
    verb: 'release' as const,
    message: { id: 'x'.repeat(1000) },
  }));
  const { bytes, count } = packCalls(sent);
  expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  expect(count).toBeGreaterThan(1000);
  expect(decodedCalls(bytes).map((one) => one.seq)).toEqual(
    sent.slice(0, count).map((one) => one.seq),
  );
  const giant = [
    { seq: 1, verb: 'release' as const, message: { id: 'x'.repeat(MAX_MESSAGE_BYTES) } },
  ];
  expect(packCalls(giant).count).toBe(0);
  expect(packCalls(sent.slice(0, 1)).count).toBe(1);
});
