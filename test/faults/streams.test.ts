// Mutated bodies and streams of every provider: the program sees each byte, and the charge holds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkUsage } from '@spendfuse/core';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import {
  HELD_OUTPUT,
  isCountable,
  readPlainly,
  replay,
  type Replayed,
} from '../support/outcomes-replay.ts';

const RUNS = process.env['SPENDFUSE_TEST_LONG'] ? 100_000 : 2000;

// Short ones, so that most of what is changed is something that matters.
const exchanges = loadExchanges().filter(
  ({ body, contentType }) =>
    body.length > 0 &&
    body.length < 6000 &&
    // Of frames that are broken nothing is read: their own test has them.
    !contentType.includes('amazon.eventstream'),
);

type Mutation =
  | { readonly kind: 'flip' | 'cut' | 'repeat' | 'drop'; readonly at: number; readonly by: number }
  | { readonly kind: 'tokens' | 'number' | 'value'; readonly at: number; readonly to: string }
  | { readonly kind: 'move'; readonly at: number; readonly behind: number };

/** Of a length; even, as those of `fc.double` are not. */
const share = fc.nat({ max: 9999 }).map((n) => n / 10_000);
const ODD_NUMBERS =
  '9007199254740991 9007199254740992 99999999999999999999 1e999 1e15 -5 0.5 -0 00 NaN'.split(' ');
const OTHERS = 'null true [] {} [1] {"a":1} "" "7" "x"'.split(' ');
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('flip' as const, 'cut' as const, 'repeat' as const, 'drop' as const),
    at: share,
    by: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({
    kind: fc.constantFrom('tokens' as const, 'number' as const, 'value' as const),
    at: share,
    to: fc.constantFrom(...ODD_NUMBERS, ...OTHERS),
  }),
  fc.record({ kind: fc.constant('move' as const), at: share, behind: share }),
);

const scenario = fc.record({
  index: fc.nat({ max: exchanges.length - 1 }),
  mutations: fc.array(mutation, { maxLength: 4 }),
  /** Every byte by itself, or pieces of these sizes, over and over. */
  sizes: fc.oneof(
    fc.constant([1]),
    fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
    fc.constant([1_000_000]),
  ),
  isBrokenAt: fc.option(fc.nat({ max: 20 }), { nil: undefined, freq: 3 }),
  isFailing: fc.boolean(),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** What comes next, of each kind of value that is put in the place of another. */
const NEXT = {
  tokens: /(?<=[Tt]okens?\w*"\s*:\s*)-?\d[\d.eE+-]*/u,
  number: /-?\d[\d.eE+-]*/u,
  value: /(?<=:\s*)(?:"[^"\\]*"|[\w.+-]+)/u,
} as const;

function mutated(body: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let text = Buffer.from(body).toString('latin1');
  for (const each of mutations) text = changed(text, each);
  return Buffer.from(text, 'latin1');
}

function changed(text: string, each: Mutation): string {
  const at = Math.floor(each.at * text.length);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (each.kind) {
    case 'cut':
      return before;
    case 'drop':
      return before + after.slice(each.by);
    case 'repeat':
      return before + after.slice(0, each.by) + after;
    case 'flip':
      return before + String.fromCharCode((after.charCodeAt(0) || 0) ^ each.by) + after.slice(1);
    case 'move': {
      const events = text.split(/(?<=\n\n)/u);
      const [event = ''] = events.splice(Math.floor(each.at * events.length), 1);
      events.splice(Math.floor(each.behind * (events.length + 1)), 0, event);
      return events.join('');
    }
    default:
      return before + after.replace(NEXT[each.kind], () => each.to);
  }
}

function chunksOf(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Server-sent events, and lines. */
const STREAMS = /event-stream|ndjson|stream\+json|jsonl/u;
const failure = new TypeError('terminated');

async function play({ index, mutations, sizes, isBrokenAt, isFailing }: Scenario): Promise<void> {
  const exchange = exchanges[index] as Exchange;
  const chunks = chunksOf(mutated(exchange.body, mutations), sizes);
  const replayed = await replay({
    exchange,
    chunks,
    ...(isFailing ? { error: failure } : {}),
    ...(isBrokenAt === undefined ? {} : { breakAfter: isBrokenAt }),
  });
  const { commits, releases, error, isBroken } = replayed;
  try {
    expect(error).toBe(isFailing && !isBroken ? failure : undefined);
    expect(commits.length + releases.length).toBe(1);
    const isEvents = STREAMS.test(exchange.contentType);
    checkBytes(exchange, { replayed, isEvents });
    if (commits[0]) checkUsage(commits[0].usage);
    if (isEvents) checkStream(exchange, replayed);
    else checkBody(exchange, replayed);
  } catch (failed) {
    const told = JSON.stringify({ commits, releases, given: String(replayed.given) });
    throw new Error(`${exchange.name}: ${String(failed)}\n${told}`, { cause: failed });
  }
}

/** All bytes that were given, but for events that only report usage, and half an event held back. */
function checkBytes(
  exchange: Exchange,
  { replayed, isEvents }: { readonly replayed: Replayed; readonly isEvents: boolean },
): void {
  const { bytes, given, hidesUsage, isBroken, error } = replayed;
  const expected =
    isEvents && hidesUsage ? readPlainly(exchange, given, { isWhole: true }).visible : given;
  const got = Buffer.from(bytes).toString('latin1');
  const all = Buffer.from(expected).toString('latin1');
  if (!isBroken && error === undefined) expect(got).toBe(all);
  else expect(all.slice(0, got.length)).toBe(got);
}

function checkStream(exchange: Exchange, replayed: Replayed): void {
  const { commits, given, sizes, isBroken, error, hidesOutput, inputBound } = replayed;
  const isWhole = !isBroken && error === undefined;
  const { facts, isTerminal } = readPlainly(exchange, given, { isWhole, sizes });
  const reported = isCountable(facts.usage) ? facts.usage : undefined;
  const [commit] = commits;
  if (!commit) {
    const isError = exchange.status >= 400 || facts.errorType !== undefined;
    expect({ isError, reported, outputEvents: facts.outputEvents }).toMatchObject({
      isError: true,
      reported: undefined,
      outputEvents: exchange.status >= 400 ? facts.outputEvents : 0,
    });
    return;
  }
  const { usage, usageSource } = commit;
  expect(usage.inputTokens).toBeGreaterThanOrEqual(reported ? reported.inputTokens : inputBound);
  if (reported) expect(usage.outputTokens).toBeGreaterThanOrEqual(reported.outputTokens);
  if (usageSource === 'provider') {
    expect(usage).toEqual(reported);
    expect(facts.uncountedEvents).toBe(0);
    expect(facts.isUsageFinal || isWhole || isTerminal).toBe(true);
    return;
  }
  const text = Buffer.byteLength(facts.uncountedText);
  const seen = (reported?.outputTokens ?? 0) + Math.max(text, facts.uncountedEvents);
  const isHidden = hidesOutput && !reported?.outputTokens;
  const isAllUnknown = isHidden || given.length === 0;
  const most = isAllUnknown && !facts.billsInput ? HELD_OUTPUT : seen;
  // A counter holds no more than this, input and output together.
  const room = Number.MAX_SAFE_INTEGER - usage.inputTokens;
  const least = Math.min(most, HELD_OUTPUT, room);
  expect(usage.outputTokens).toBeGreaterThanOrEqual(least);
  expect(usage.outputTokens).toBeLessThanOrEqual(
    Math.max(HELD_OUTPUT, reported?.outputTokens ?? 0),
  );
}

function checkBody(exchange: Exchange, replayed: Replayed): void {
  const { provider, match, status, request, headers } = exchange;
  const { commits, given, isBroken, error, inputBound } = replayed;
  const isWhole = !isBroken && error === undefined;
  const facts = provider.usage(match.api, isWhole ? parsed(given) : undefined, headers);
  const reported = isCountable(facts.usage) ? facts.usage : undefined;
  const [commit] = commits;
  if (!commit) {
    expect(reported).toBeUndefined();
    expect(status >= 400 || facts.errorType !== undefined).toBe(true);
  } else if (commit.usageSource === 'provider') expect(commit.usage).toEqual(reported);
  else if (facts.lacksInput) {
    const { outputTokens } = reported!;
    expect(commit.usage).toMatchObject({ inputTokens: inputBound, outputTokens });
  } else {
    expect(reported).toBeUndefined();
    expect(commit.usage.inputTokens).toBe(inputBound);
    const { bytesPerOutputToken = 1 } = provider.request(match, request);
    const most = isWhole ? Math.ceil(given.length / bytesPerOutputToken) : HELD_OUTPUT;
    const least = facts.billsInput || status >= 400 ? 0 : Math.min(most, HELD_OUTPUT);
    expect(commit.usage.outputTokens).toBeGreaterThanOrEqual(least);
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

test(`${RUNS} mutations of ${exchanges.length} exchanges`, async () => {
  const parameters = { numRuns: RUNS, interruptAfterTimeLimit: 1_500_000, endOnFailure: true };
  await fc.assert(fc.asyncProperty(scenario, play), parameters);
}, 1_800_000);
