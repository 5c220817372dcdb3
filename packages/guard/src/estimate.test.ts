// What is charged where the provider does not say what it bills.
import { usageOf } from '@spendfuse/core';
import type { ResponseFacts, StreamFacts } from '@spendfuse/providers';
import { describe, expect, test } from 'vitest';
import type { Admitted, Plan } from './call.ts';
import { estimatedUsage, type Received, type Unreported } from './estimate.ts';
import type { Ending } from './open-body.ts';
import type { TokenCounter } from './tokens.ts';

const INPUT = 50;
const none: ResponseFacts = {
  usage: undefined,
  id: undefined,
  model: undefined,
  tier: undefined,
  finishReasons: [],
  errorType: undefined,
};
const text = 'twelve bytes';
const stream: StreamFacts = {
  ...none,
  isUsageFinal: false,
  uncountedText: text,
  uncountedEvents: 3,
  outputEvents: 3,
};
const silent: StreamFacts = { ...stream, uncountedText: '', uncountedEvents: 0, outputEvents: 0 };
/** Loaded or not; a token is two letters. */
const counter = (isLoaded: boolean): TokenCounter => ({
  count: async ({ texts }) => texts.join('').length / 2,
  countIfLoaded: (query) => (isLoaded ? counter(true).count(query) : undefined),
});

interface Given {
  readonly facts?: Partial<Plan['facts']>;
  readonly granted?: Partial<NonNullable<Admitted['granted']>> | null;
  readonly heldTokens?: number;
  readonly received?: Partial<Received> | undefined;
  readonly isLoaded?: boolean;
}

/** Where nothing else is said: a stream of 12 bytes was broken off, under a hold of 1,000 + 50. */
function charged({ facts, granted, heldTokens, isLoaded = false, ...given }: Given) {
  const plan = {
    call: { labels: {}, provider: 'openai', model: 'gpt-4o', operation: 'chat' },
    body: {},
    facts: {
      maxOutputTokens: undefined,
      choices: 1,
      hiddenOutput: false,
      softInput: false,
      webSearches: 0,
      ...facts,
    } as Plan['facts'],
    input: { texts: [], extraTokens: INPUT, maxTokens: INPUT },
  } satisfies Plan;
  const grant = {
    kind: 'granted' as const,
    id: 'i',
    expiresAtMs: 0,
    held: { costNanoUsd: undefined, tokens: INPUT + 1000 },
    waitedMs: 0,
    shadow: [],
    ...granted,
  };
  const admitted: Admitted = {
    id: 'i',
    reservedAtMs: 0,
    granted: granted === null ? undefined : grant,
    inputTokens: INPUT,
  };
  const received: Received | undefined =
    'received' in given && given.received === undefined
      ? undefined
      : {
          status: 200,
          facts: stream,
          ending: 'cancelled',
          bytes: 300,
          hasUnread: false,
          ...given.received,
        };
  const unreported: Unreported = {
    plan,
    admitted,
    heldTokens,
    received,
    tokens: counter(isLoaded),
  };
  return estimatedUsage(unreported);
}

const output = async (given: Given): Promise<number> => (await charged(given)).outputTokens;

describe('a stream', () => {
  test.each<Ending>(['cancelled', 'failed', 'cut', 'collected', 'ended', 'terminal'])(
    '%s: what was seen, by bytes until tokens can be counted',
    async (ending) => {
      expect(await output({ received: { ending } })).toBe(12);
      // And what ends an answer, which is billed.
      expect(await output({ received: { ending }, isLoaded: true })).toBe(6 + 2);
      const slow = { ...stream, uncountedEvents: 9 };
      expect(await output({ received: { ending, facts: slow }, isLoaded: true })).toBe(9);
    },
  );

  test('what is billed around a call of a tool is not shown, and counted', async () => {
    const facts = { ...stream, uncountedToolCalls: 2 };
    expect(await output({ received: { facts }, isLoaded: true })).toBe(6 + 2 + 2 * 48);
    expect(await output({ received: { facts } })).toBe(12 + 2 * 48);
  });

  test('on top of what was reported before', async () => {
    const usage = usageOf({ inputTokens: 20, cacheReadTokens: 8, outputTokens: 100 });
    const facts = { ...stream, usage };
    expect(await charged({ received: { facts } })).toEqual({ ...usage, outputTokens: 112 });
  });

  test('never more than is held, or than the request allows', async () => {
    const facts = { ...stream, uncountedText: 'x'.repeat(5000) };
    expect(await output({ received: { facts } })).toBe(1000);
    const adaptive = { heldOutputTokens: 100 };
    expect(
      await output({
        received: { facts },
        granted: adaptive,
        facts: { maxOutputTokens: 200, choices: 2 },
      }),
    ).toBe(400);
    const clamped = { ...adaptive, maxOutputTokens: 30 };
    expect(await output({ received: { facts }, granted: clamped })).toBe(30);
    expect(await output({ received: { facts }, granted: adaptive })).toBe(5000);
  });

  test('but no less than what the provider has reported itself', async () => {
    const facts = { ...stream, usage: usageOf({ inputTokens: 1, outputTokens: 4000 }) };
    expect(await output({ received: { facts } })).toBe(4000);
  });

  test('all that is held where output is hidden, unless it is reported as it comes', async () => {
    const hidden = { hiddenOutput: true };
    expect(await output({ facts: hidden })).toBe(1000);
    const usage = usageOf({ inputTokens: 1, outputTokens: 4 });
    expect(await output({ facts: hidden, received: { facts: { ...stream, usage } } })).toBe(16);
    const nothingYet = { ...stream, usage: usageOf({ inputTokens: 1 }) };
    expect(await output({ facts: hidden, received: { facts: nothingYet } })).toBe(1000);
  });

  test.each<[string, Partial<Received>]>([
    ['nothing of it was read', { facts: silent, bytes: 0 }],
    [
      'nothing of it was read, and it was dropped',
      { facts: silent, bytes: 0, ending: 'collected' },
    ],
    ['all of it came, and nothing could be read', { facts: silent, ending: 'ended' }],
    ['nobody has told the provider to stop', { ending: 'idle' }],
    ['an event was too long to be read', { hasUnread: true }],
  ])('all that is held where %s', async (_, received) => {
    expect(await output({ received })).toBe(1000);
  });

  test('nothing where it was broken off before any output', async () => {
    expect(await output({ received: { facts: silent } })).toBe(0);
  });
});

describe('a body', () => {
  test.each<[string, Partial<Received> | undefined, number]>([
    ['that never came', undefined, 1000],
    ['that is whole: no token is shorter than a byte', { facts: none, ending: 'ended' }, 300],
    ['half of it', { facts: none, ending: 'failed' }, 1000],
    ['unread', { facts: none, ending: 'idle', bytes: 0 }, 1000],
    ['longer than all that was held', { facts: none, ending: 'ended', bytes: 9999 }, 1000],
    ['skimmed, or no text', { facts: none, ending: 'ended', hasUnread: true }, 1000],
    [
      'that refuses, and bills the input',
      { facts: { ...none, billsInput: true }, ending: 'ended', status: 400 },
      0,
    ],
    ['of a gateway that gave up waiting', { facts: none, ending: 'ended', status: 504 }, 1000],
  ])('%s', async (_, received, tokens) => {
    expect(await output({ received })).toBe(tokens);
  });

  test('of a model that hides output', async () => {
    const received = { facts: none, ending: 'ended' as const };
    expect(await output({ received, facts: { hiddenOutput: true } })).toBe(1000);
  });
});

describe('an adaptive hold', () => {
  const granted = { heldOutputTokens: 1000 };
  test('counts as it stands after it has grown', async () => {
    const given = { granted, heldTokens: INPUT + 1700, facts: { maxOutputTokens: 5000 } };
    expect(await output({ ...given, received: undefined })).toBe(1700);
    expect(await output({ ...given, received: { ending: 'idle' } })).toBe(1700);
  });

  test('that was passed, as nobody answered: what was seen', async () => {
    const facts = { ...stream, uncountedText: 'x'.repeat(2500) };
    const hidden = { hiddenOutput: true };
    expect(await output({ granted, received: { facts }, facts: hidden })).toBe(2500);
  });
});

describe('without a decision', () => {
  test('what the request allows, and what was seen', async () => {
    expect(
      await output({ granted: null, received: undefined, facts: { maxOutputTokens: 70 } }),
    ).toBe(70);
    expect(await output({ granted: null, received: undefined })).toBe(0);
    expect(await output({ granted: null })).toBe(12);
  });
});

describe('input', () => {
  const usage = usageOf({ inputTokens: 20, outputTokens: 0 });
  test.each([
    ['the bound where nothing was reported', stream, false, INPUT],
    ['what was reported', { ...stream, usage }, false, 20],
    [
      'the bound where the report has no input',
      { ...stream, usage: usageOf({ outputTokens: 1 }) },
      false,
      INPUT,
    ],
    ['the higher of both where the provider adds to it', { ...stream, usage }, true, INPUT],
  ])('%s', async (_, facts, softInput, tokens) => {
    const { inputTokens } = await charged({ received: { facts }, facts: { softInput } });
    expect(inputTokens).toBe(tokens);
  });
});

test('searches: all that the provider may have run, or what it says if that is more', async () => {
  const usage = usageOf({ inputTokens: 1, webSearches: 7 });
  const facts = { webSearches: 5 };
  expect((await charged({ facts })).webSearches).toBe(5);
  expect((await charged({ facts, received: undefined })).webSearches).toBe(5);
  expect((await charged({ facts, received: { facts: { ...stream, usage } } })).webSearches).toBe(7);
});

test('a sum beyond any counter is kept within it', async () => {
  const usage = usageOf({ inputTokens: 5, outputTokens: Number.MAX_SAFE_INTEGER - 5 });
  const { outputTokens } = await charged({ received: { facts: { ...stream, usage } } });
  expect(outputTokens).toBe(Number.MAX_SAFE_INTEGER - 5);
});
