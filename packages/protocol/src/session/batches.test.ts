// Hand-written bytes and generated code say the same, both ways, whatever the message.
import { SpendfuseError } from '@spendfuse/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spendfuse } from '#wire';
import { MAX_MESSAGE_BYTES } from '../codec.ts';
import { budgetService } from '../service.ts';
import type { WireSessionCall, WireSessionReply } from '../wire.ts';
import { answerOfReply, type SentAnswer } from './answers.ts';
import { packAnswers, packCalls, readAnswers, readCalls } from './batches.ts';
import { CallCache } from './call-cache.ts';
import { arrivedCall, type SentCall } from './calls.ts';

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
const answers: fc.Arbitrary<readonly SentAnswer[]> = fc.array(
  fc.oneof(
    fc.record({ seq, verb: fc.constant('reserve' as const), message: granted }),
    fc.record({
      seq,
      verb: fc.constantFrom('commit' as const, 'record' as const),
      message: committed,
    }),
    fc.record({ seq, verb: fc.constant('release' as const), message: some({ id: text }) }),
    fc.record({
      seq,
      error: text.map((message) => new SpendfuseError({ code: 'SETTLED', message })),
    }),
  ),
  { maxLength: 5 },
);

const generatedReply = (answer: SentAnswer): WireSessionReply =>
  'error' in answer
    ? { seq: answer.seq, error: { code: answer.error.code, message: answer.error.message } }
    : { seq: answer.seq, [answer.verb]: answer.message };

const generatedResponse = (sent: readonly SentAnswer[]): Buffer =>
  Buffer.from(SessionResponse.encode({ replies: sent.map(generatedReply) }).finish());

const decodedReplies = (bytes: Buffer): readonly WireSessionReply[] =>
  budgetService.session.responseDeserialize(bytes).replies ?? [];

test('answers: what is written by hand reads the same by the generated code', () => {
  fc.assert(
    fc.property(answers, (sent) => {
      const { bytes, count } = packAnswers(sent);
      expect(count).toBe(sent.length);
      expect(decodedReplies(bytes)).toEqual(decodedReplies(generatedResponse(sent)));
    }),
  );
});

test('answers: what the generated code writes reads the same by hand', () => {
  fc.assert(
    fc.property(answers, (sent) => {
      const bytes = generatedResponse(sent);
      expect(plain(readAnswers(bytes).answers)).toEqual(
        plain(decodedReplies(bytes).map(answerOfReply)),
      );
    }),
  );
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
