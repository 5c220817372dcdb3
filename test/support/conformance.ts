// What a provider has to read of an exchange, through its parsers alone: usage, model, error, cost.
import { checkUsage, totalTokens, type Usage } from '@spendfuse/core';
import type { TokenCounter } from '@spendfuse/guard';
import type { ResponseFacts } from '@spendfuse/providers';
import { expect } from 'vitest';
import type { Exchange } from './outcomes-exchanges.ts';
import { boundariesOf, readPlainly } from './outcomes-replay.ts';

/** Runs a check on each, and says of which one it failed. */
export async function checkEach(
  exchanges: readonly Exchange[],
  check: (exchange: Exchange) => void | Promise<void>,
): Promise<void> {
  for (const exchange of exchanges) {
    try {
      await check(exchange);
    } catch (error) {
      throw new Error(`${exchange.name}: ${String(error)}`, { cause: error });
    }
  }
}

export function factsOf(exchange: Exchange): ResponseFacts {
  const { provider, match, isStream, body, headers } = exchange;
  if (isStream) return readPlainly(exchange, body, { isWhole: true }).facts;
  return provider.usage(match.api, JSON.parse(textOf(exchange)), headers);
}

function textOf({ body }: Exchange): string {
  return new TextDecoder().decode(body);
}

/** Usage, model, error and cost are as expected. */
export function checkFacts(exchange: Exchange): void {
  const { usage, status, billedUsd, errorType } = exchange;
  const facts = factsOf(exchange);
  if (usage) expect(facts.usage && kindsOf(facts.usage, usage)).toEqual(usage);
  // Searches are billed, and no tokens.
  else if (!facts.usage?.webSearches) expect(facts.usage).toBeUndefined();
  else expect(totalTokens(facts.usage)).toBe(0);
  if (facts.usage) checkUsage(facts.usage);
  if (status < 400) checkModel(exchange, facts);
  if (errorType !== undefined) expect(facts.errorType).toBe(errorType);
  else if (status >= 400) expect(facts.errorType).toBeTruthy();
  else if (usage !== null) expect(facts.errorType).toBeUndefined();
  if (billedUsd !== undefined) {
    expect(Number(facts.reportedCostNanoUsd) / 1e9).toBeCloseTo(billedUsd, 9);
  }
}

/** Of the kinds that are expected: `cache_read_tokens` is `cacheReadTokens`. */
function kindsOf(
  usage: Usage,
  expected: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const kinds = Object.entries(usage).map(([kind, count]) => [
    kind.replace(/[A-Z]|1h/gu, (part) => `_${part.toLowerCase()}`),
    count as number,
  ]);
  return Object.fromEntries(kinds.filter(([kind = '']) => kind in expected)) as Record<
    string,
    number
  >;
}

/** Answers of images, audio and vectors may leave out who made them; one that says so is read. */
function checkModel(exchange: Exchange, { model }: ResponseFacts): void {
  const { provider, match, request, model: expected } = exchange;
  if (model !== undefined || expected === null) {
    expect(model ?? null).toBe(expected);
    return;
  }
  expect(textOf(exchange)).not.toMatch(new RegExp(`"model[^"]*":\\s*"${expected}"`, 'u'));
  expect(provider.request(match, request).model).toBe(expected);
}

/** What is said to be final before the end is what the end says, and output is never unseen. */
export function checkStream(exchange: Exchange): void {
  const { provider, match, body } = exchange;
  const reader = provider.stream(match.api);
  const finals = new Set<string>();
  let seen = 0;
  let start = 0;
  for (const end of boundariesOf(exchange)) {
    // One event after the other, by the same reader.
    const event = { ...exchange, provider: { ...provider, stream: () => reader } };
    const { facts, text } = readPlainly(event, body.subarray(start, end), { isWhole: true });
    start = end;
    seen += text.length;
    if (facts.isUsageFinal) finals.add(JSON.stringify(facts.usage));
    if (!facts.usage && facts.uncountedText.length !== seen) {
      expect(facts.uncountedText).toHaveLength(seen);
    }
  }
  expect(finals.size).toBeLessThanOrEqual(1);
}

/** No input is above its bounds, neither by bytes nor counted. False: nothing to compare. */
export async function checkBound(exchange: Exchange, tokens: TokenCounter): Promise<boolean> {
  const { provider, match, request, hasRequest, usage } = exchange;
  const { model, softInput } = provider.request(match, request);
  if (!hasRequest || !usage || softInput) return false;
  const { texts, extraTokens, maxTokens } = provider.bound(match, request);
  const input = Number(usage['input_tokens']);
  const counted = (await tokens.count({ model, texts })) + extraTokens;
  expect({ input, counted, bytes: maxTokens }).toSatisfy(
    () => counted >= input && maxTokens >= counted,
  );
  return true;
}
