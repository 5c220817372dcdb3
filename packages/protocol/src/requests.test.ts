// Requests survive the wire; what the wire cannot carry exactly is refused with the field's name.
import type { MethodDefinition } from '@grpc/grpc-js';
import { type CommitRequest, MAX_AMOUNT, type ReserveRequest, usageOf } from '@spendfuse/core';
import { expect, test } from 'vitest';
import {
  commitFromWire,
  commitToWire,
  extendFromWire,
  extendToWire,
  recordFromWire,
  releaseFromWire,
  releaseToWire,
  reserveFromWire,
  reserveToWire,
} from './requests.ts';
import { budgetService } from './service.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const call = {
  labels: { team: 'search', run: 'root/child', user: 'ü–😀' },
  provider: 'openai',
  model: 'gpt-5-mini',
  operation: 'chat',
};
const reserve: ReserveRequest = {
  id,
  call,
  estimate: {
    inputBound: { tokens: 12_345, exact: true, soft: true },
    maxOutputTokens: 4096,
    choices: 2,
    clampable: true,
    downgradable: true,
    amounts: { tool_calls: 3, pages: 0, big: MAX_AMOUNT },
    webSearches: 5,
    tier: 'flex',
  },
  ttlMs: 86_400_000,
  maxWaitMs: 30_000,
};
const commit: CommitRequest = {
  id,
  usage: usageOf({
    inputTokens: MAX_AMOUNT - 1,
    outputTokens: 1,
    reasoningTokens: 1,
    cacheWriteTokens: 3,
    cacheWrite1hTokens: 2,
    inputImageTokens: 4,
    outputImageTokens: 1,
    webSearches: 6,
  }),
  usageSource: 'estimated',
  responseModel: 'gpt-5-mini-2026-01-01',
  tier: 'priority',
  amounts: { tool_calls: 2 },
  call: { ...call, reservedAtMs: 1_790_000_000_000 },
};

function overWire<T>(method: keyof typeof budgetService, message: T): T {
  const { requestSerialize, requestDeserialize } = budgetService[
    method
  ] as unknown as MethodDefinition<T, T>;
  return requestDeserialize(requestSerialize(message));
}

const sendReserve = (request: ReserveRequest) =>
  reserveFromWire(overWire('reserve', reserveToWire(request)));
const sendCommit = (request: CommitRequest) =>
  commitFromWire(overWire('commit', commitToWire(request)));

test('a reserve arrives as it was sent', () => {
  expect(sendReserve(reserve)).toEqual(reserve);
});

test('what a reserve leaves out arrives left out; no output is not "unknown"', () => {
  const bare = {
    id,
    call: { ...call, labels: {} },
    estimate: {
      inputBound: { tokens: 0, exact: false },
      maxOutputTokens: undefined,
      choices: 1,
      clampable: false,
    },
  };
  expect(sendReserve(bare)).toEqual(bare);
  const embeddings = { ...bare, estimate: { ...bare.estimate, maxOutputTokens: 0 } };
  expect(sendReserve(embeddings).estimate.maxOutputTokens).toBe(0);
});

test('a commit arrives as it was sent, with and without its call', () => {
  expect(sendCommit(commit)).toEqual(commit);
  const { id: _, usage: __, usageSource: ___, ...optional } = commit;
  const left = Object.fromEntries(Object.keys(optional).map((name) => [name, undefined]));
  const bare = { ...commit, ...left };
  expect(sendCommit(bare)).toEqual(bare);
});

test('a record is a commit that has its call', () => {
  const { call: _, ...bare } = commit;
  expect(recordFromWire(overWire('record', commitToWire(commit)))).toEqual(commit);
  expect(() => recordFromWire(commitToWire(bare))).toThrow('call: is missing');
});

test('release and extend arrive as they were sent', () => {
  expect(releaseFromWire(overWire('release', releaseToWire({ id, sent: true })))).toEqual({
    id,
    sent: true,
  });
  for (const outputTokens of [undefined, 0, 4096]) {
    const extend = { id, ttlMs: 60_000, outputTokens };
    expect(extendFromWire(overWire('extend', extendToWire(extend)))).toEqual(extend);
  }
});

test.each([
  ['reserve without a call', () => reserveFromWire({ id, estimate: {} }), 'call'],
  ['reserve without an estimate', () => reserveFromWire({ id, call: {} }), 'estimate'],
  ['commit without usage', () => commitFromWire({ id }), 'usage'],
  [
    'commit whose call has no time',
    () => commitFromWire({ id, usage: {}, call: {} }),
    'call.reservedAtMs',
  ],
  [
    'commit with a time and no call',
    () => commitFromWire({ id, usage: {}, reservedAtMs: 1 }),
    'call',
  ],
  [
    'commit of an unknown usage source',
    () => commitFromWire({ id, usage: {}, usageSource: 7 as never }),
    'usageSource',
  ],
  [
    'commit beyond 2^53 - 1',
    () => commitFromWire({ id, usage: { cacheReadTokens: 2 ** 53 } }),
    'usage.cacheReadTokens',
  ],
  [
    'reserve beyond 2^53 - 1',
    () => reserveFromWire({ id, call: {}, estimate: { inputTokens: 2 ** 60 } }),
    'estimate.inputBound.tokens',
  ],
  [
    'NaN tokens',
    () => commitToWire({ ...commit, usage: { ...commit.usage, outputTokens: Number.NaN } }),
    'usage.outputTokens',
  ],
  [
    'half a tool call',
    () => commitToWire({ ...commit, amounts: { tool_calls: 0.5 } }),
    'amounts.tool_calls',
  ],
  [
    'tool calls beyond 2^53 - 1',
    () => reserveFromWire({ id, call: {}, estimate: { amounts: { tool_calls: 2 ** 60 } } }),
    'estimate.amounts.tool_calls',
  ],
  ['a fraction of a millisecond', () => extendToWire({ id, ttlMs: 0.5 }), 'ttlMs'],
  [
    'choices beyond 32 bits',
    () => reserveToWire({ ...reserve, estimate: { ...reserve.estimate, choices: 2 ** 32 } }),
    'estimate.choices',
  ],
])('%s: INVALID_ARGUMENT naming the field', (_, convert, field) => {
  expect(convert).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', field }));
});
