// What a call costs when it does not end well.
import { usageOf } from '@spendfuse/core';
import { describe, expect, test } from 'vitest';
import { countableFacts, errorTypeOf, outcomeOfResponse, outcomeOfThrown } from './outcome.ts';

const none = {
  usage: undefined,
  id: undefined,
  model: undefined,
  tier: undefined,
  finishReasons: [],
  errorType: undefined,
};

describe('responses', () => {
  test.each([
    [200, 'unknown'],
    [400, 'unbilled'],
    [401, 'unbilled'],
    [429, 'unbilled'],
    [500, 'unbilled'],
    [503, 'unbilled'],
    [408, 'unknown'],
    [499, 'unknown'],
    [504, 'unknown'],
    [524, 'unknown'],
  ])('%i without usage is %s', (status, kind) => {
    expect(outcomeOfResponse({ status, facts: none, isWhole: true })).toMatchObject({ kind });
  });

  test('usage always wins', () => {
    const usage = usageOf({ inputTokens: 1 });
    const facts = { ...none, usage };
    expect(outcomeOfResponse({ status: 500, facts, isWhole: true })).toEqual({
      kind: 'reported',
      usage,
    });
  });

  test('a refusal that bills the input is none that costs nothing', () => {
    const facts = { ...none, errorType: 'content_filter', billsInput: true };
    for (const status of [200, 400]) {
      expect(outcomeOfResponse({ status, facts, isWhole: true }).kind).toBe('unknown');
    }
  });

  test('an error with status 200 and nothing else is an error', () => {
    const facts = { ...none, errorType: 'overloaded' };
    expect(outcomeOfResponse({ status: 200, facts, isWhole: true }).kind).toBe('unbilled');
    const failed = { ...facts, finishReasons: ['error'] };
    expect(outcomeOfResponse({ status: 200, facts: failed, isWhole: true }).kind).toBe('unknown');
  });

  test.each([
    [usageOf({ inputTokens: 1 }), true],
    [usageOf({ inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 1 }), false],
    [usageOf({ inputTokens: 1, cacheReadTokens: 2 }), false],
    [usageOf({ inputTokens: 1.5 }), false],
  ])('usage that no ledger takes is no report: %j', (usage, isKept) => {
    const facts = countableFacts({ ...none, usage });
    expect(facts.usage).toBe(isKept ? usage : undefined);
  });

  test('an error in a stream is unbilled only before any output', () => {
    const stream = { isUsageFinal: false, uncountedText: '', uncountedEvents: 0, outputEvents: 0 };
    const facts = { ...none, ...stream, errorType: 'server_error' };
    expect(outcomeOfResponse({ status: 200, facts, isWhole: true }).kind).toBe('unbilled');
    const later = { ...facts, uncountedText: 'a', uncountedEvents: 1, outputEvents: 1 };
    expect(outcomeOfResponse({ status: 200, facts: later, isWhole: true }).kind).toBe('unknown');
  });
});

describe('a stream that reports as it goes', () => {
  const usage = usageOf({ inputTokens: 5, outputTokens: 1 });
  const facts = { ...none, usage, uncountedText: '', uncountedEvents: 0, outputEvents: 1 };
  test.each([
    [true, false, 'reported'],
    [false, true, 'reported'],
    // What was reported before it was cut is only its beginning.
    [false, false, 'unknown'],
  ])('final: %s, whole: %s: %s', (isUsageFinal, isWhole, kind) => {
    const response = { status: 200, facts: { ...facts, isUsageFinal }, isWhole };
    expect(outcomeOfResponse(response)).toMatchObject({ kind });
  });

  test('what came after the report is in no report', () => {
    const more = { ...facts, isUsageFinal: true, uncountedText: 'a', uncountedEvents: 1 };
    expect(outcomeOfResponse({ status: 200, facts: more, isWhole: true }).kind).toBe('unknown');
  });
});

describe('errors of fetch', () => {
  const failed = (cause: unknown) => new TypeError('fetch failed', { cause });
  test.each([
    [failed(Object.assign(new Error(), { code: 'ECONNREFUSED' })), 'unbilled'],
    [failed(Object.assign(new Error(), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })), 'unbilled'],
    [failed(Object.assign(new Error(), { code: 'ETIMEDOUT', syscall: 'connect' })), 'unbilled'],
    [failed(new AggregateError([{ code: 'ECONNREFUSED' }, { code: 'ENETUNREACH' }])), 'unbilled'],
    [failed(new AggregateError([{ code: 'ECONNREFUSED' }, { code: 'EPIPE' }])), 'unknown'],
    [failed(Object.assign(new Error(), { code: 'ECONNRESET', syscall: 'read' })), 'unknown'],
    [failed(Object.assign(new Error(), { code: 'UND_ERR_HEADERS_TIMEOUT' })), 'unknown'],
    [new DOMException('aborted', 'AbortError'), 'unknown'],
    ['text', 'unknown'],
  ])('%#', (thrown, kind) => {
    expect(outcomeOfThrown(thrown).kind).toBe(kind);
  });
});

describe('names of errors', () => {
  const aborted = AbortSignal.abort();
  const coded = (code: string) =>
    new TypeError('x', { cause: Object.assign(new Error(), { code }) });
  test.each<[unknown, AbortSignal | undefined, string]>([
    [coded('ECONNRESET'), undefined, 'ECONNRESET'],
    [new TypeError('terminated'), undefined, 'TypeError'],
    [new DOMException('x', 'AbortError'), undefined, 'aborted'],
    ['any reason', aborted, 'aborted'],
    [new DOMException('x', 'TimeoutError'), undefined, 'timeout'],
    [coded('X'), AbortSignal.abort(new DOMException('x', 'TimeoutError')), 'timeout'],
    [undefined, undefined, '_OTHER'],
  ])('%#', (thrown, signal, name) => {
    expect(errorTypeOf(thrown, signal)).toBe(name);
  });
});
