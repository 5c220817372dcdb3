// A stream that breaks off behind any of its events is charged what was made until then, and never
// more than was held.
import { createTokenCounter } from '@spendfuse/guard';
import { expect, test } from 'vitest';
import { checkEach } from '../support/conformance.ts';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import { boundariesOf, HELD_OUTPUT, readPlainly, replay } from '../support/outcomes-replay.ts';

/** Of one stream: the longest has 750 events. */
const MOST_CUTS = process.env['SPENDFUSE_TEST_LONG'] ? Infinity : 50;

const streams = Map.groupBy(
  loadExchanges().filter(({ isStream, status }) => isStream && status < 400),
  ({ provider }) => provider.name,
);
const tokens = createTokenCounter();

test.each([...streams].map(([name, of]) => [name, of.length, of] as const))(
  '%s: %i streams',
  async (_, __, of) => {
    await checkEach(of, async (exchange) => {
      // Nothing is cut that breaks off behind its last event.
      const ends = boundariesOf(exchange).slice(0, -1);
      const step = Math.max(1, Math.floor(ends.length / MOST_CUTS));
      for (const end of ends.filter((_end, i) => i % step === 0)) await checkCut(exchange, end);
    });
  },
);

async function checkCut(exchange: Exchange, end: number): Promise<void> {
  const seen = exchange.body.subarray(0, end);
  const error = new TypeError('terminated');
  const { commits, releases, ...replayed } = await replay({
    exchange,
    chunks: [seen],
    error,
    tokens,
  });
  const { facts, isTerminal } = readPlainly(exchange, seen, { isWhole: false });
  // An error before any output is a refusal; behind the last event that matters nothing is lost.
  if (facts.errorType !== undefined && !facts.usage && facts.outputEvents === 0) {
    expect(releases).toHaveLength(1);
    return;
  }
  if (!isTerminal) expect(replayed.error).toBe(error);
  expect(releases).toEqual([]);
  expect(commits).toHaveLength(1);
  const { inputTokens, outputTokens } = commits[0]!.usage;
  const told = facts.usage;
  expect(inputTokens).toBeGreaterThanOrEqual(told?.inputTokens ?? 0);
  expect(inputTokens).toBeLessThanOrEqual(Math.max(replayed.inputBound, told?.inputTokens ?? 0));
  expect(outputTokens).toBeGreaterThanOrEqual(told?.outputTokens ?? 0);
  expect(outputTokens).toBeGreaterThanOrEqual(facts.uncountedEvents);
  expect(outputTokens).toBeLessThanOrEqual(HELD_OUTPUT);
  // What is hidden was made all the same, and before the rest.
  if (replayed.hidesOutput && !told?.outputTokens) {
    expect(outputTokens).toBeGreaterThanOrEqual(exchange.usage?.['output_tokens'] ?? 0);
  }
}
