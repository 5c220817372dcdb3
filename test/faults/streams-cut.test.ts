// Streams cut anywhere: the charge lies between what was really produced until there and the worst case.
import { createTokenCounter } from '@spendfuse/guard';
import { countTokens as countOld } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countNew } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import {
  boundariesOf,
  HELD_OUTPUT,
  type PlainlyRead,
  readPlainly,
  replay,
  type Replayed,
} from '../support/outcomes-replay.ts';

const isLong = process.env['SPENDFUSE_TEST_LONG'] !== undefined;
/** Places to cut each stream at, spread over it. */
const CUTS = isLong ? 500 : 12;

const streams = loadExchanges().filter(
  ({ isStream, contentType, status }) =>
    isStream && status === 200 && !contentType.includes('application/json'),
);

/** At event boundaries, and inside of events. */
function placesOf(exchange: Exchange): readonly number[] {
  const { body } = exchange;
  const ends = boundariesOf(exchange);
  const step = Math.max(1, Math.ceil(ends.length / CUTS));
  const atEnds = ends.filter((_, i) => i % step === 0);
  // Odd steps, so that all places in an event are met.
  const inside = Array.from({ length: CUTS }, (_, i) => Math.floor((i * body.length) / CUTS) + i);
  return [...new Set([...atEnds, ...inside])].filter((at) => at < body.length);
}

interface Cut {
  readonly whole: PlainlyRead;
  readonly cut: PlainlyRead;
  readonly isCounted: boolean;
}

/** In the same share as the text; what is hidden comes before all of it. */
function producedUntil({ usage, isRecorded }: Exchange, { whole, cut, isCounted }: Cut): number {
  if (!usage || whole.text === '') return 0;
  const { output_tokens: all = 0, reasoning_tokens: reasoning = 0 } = usage;
  const share = Math.floor(((all - reasoning) * cut.text.length) / whole.text.length);
  // Fixtures are shorter than what they were made of, but no token is shorter than a byte. Until all
  // of the text has come, nobody knows how its tokens are spread over it: a count sees them as they are.
  const isUnabridged = isRecorded && Buffer.byteLength(whole.text) >= all - reasoning;
  const isAll = isUnabridged && cut.text.length === whole.text.length;
  const seen = isCounted && !isAll ? countedTokens(cut.text) : Buffer.byteLength(cut.text);
  return Math.min(share, seen);
}

/** By a tokenizer that the guard does not use; of either vocabulary, as models differ. */
function countedTokens(text: string): number {
  return Math.min(countOld(text), countNew(text));
}

function checkCharge(exchange: Exchange, replayed: Replayed, made: Cut): void {
  const { cut } = made;
  const { commits, releases, inputBound, hidesOutput } = replayed;
  expect(commits.length + releases.length).toBe(1);
  if (releases.length > 0) {
    expect(cut.facts).toMatchObject({ outputEvents: 0, errorType: expect.any(String) as string });
    return;
  }
  const { usage } = commits[0]!;
  const reported = cut.facts.usage;
  // A report that counts all that came knows better than the share of the text.
  const isTold = reported !== undefined && cut.facts.uncountedEvents === 0;
  const produced = isTold ? reported.outputTokens : producedUntil(exchange, made);
  const least = hidesOutput && !reported?.outputTokens ? HELD_OUTPUT : produced;
  expect(usage.outputTokens).toBeGreaterThanOrEqual(
    commits[0]?.usageSource === 'provider' ? 0 : least,
  );
  expect(usage.outputTokens).toBeLessThanOrEqual(HELD_OUTPUT);
  expect(usage.outputTokens).toBeGreaterThanOrEqual(reported?.outputTokens ?? 0);
  expect(usage.inputTokens).toBeGreaterThanOrEqual(reported?.inputTokens ?? 0);
  expect(usage.inputTokens).toBeLessThanOrEqual(Math.max(inputBound, reported?.inputTokens ?? 0));
}

test('there are streams of each provider', () => {
  expect(streams.length).toBeGreaterThan(5);
});

test.each([
  ['by bytes', false],
  ['counted', true],
])('%s', async (_, isCounted) => {
  const tokens = createTokenCounter();
  if (isCounted) {
    for (const model of ['gpt-4o', 'gpt-4']) await tokens.count({ model, texts: ['load it'] });
  }
  for (const exchange of streams) {
    const whole = readPlainly(exchange, exchange.body, { isWhole: true });
    for (const at of placesOf(exchange)) {
      const chunks = [exchange.body.subarray(0, at)].filter(({ length }) => length > 0);
      const isBreak = at % 2 === 0;
      const replayed = await replay({
        exchange,
        chunks,
        tokens,
        ...(isBreak ? { breakAfter: 1 } : { error: new TypeError('terminated') }),
      });
      const cut = readPlainly(exchange, replayed.given, { isWhole: false });
      try {
        checkCharge(exchange, replayed, { whole, cut, isCounted });
      } catch (error) {
        throw new Error(`${exchange.name}, cut at ${at}: ${String(error)}`, { cause: error });
      }
    }
  }
});
