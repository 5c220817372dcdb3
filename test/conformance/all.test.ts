// Every provider reads its own traffic right, through its parsers alone: fixtures here, and recordings
// where they are at hand.
import { createTokenCounter } from '@spendfuse/guard';
import { expect, test } from 'vitest';
import { checkBound, checkEach, checkFacts, checkStream } from '../support/conformance.ts';
import { type Exchange, loadExchanges, unclaimed } from '../support/outcomes-exchanges.ts';

const exchanges = loadExchanges();
const byProvider = Map.groupBy(exchanges, ({ provider }) => provider.name);

/** `12 exchanges, 9 of them recorded, 7 with usage`. */
function told(of: readonly Exchange[]): string {
  const recorded = of.filter(({ isRecorded }) => isRecorded).length;
  const reported = of.filter(({ usage }) => usage !== null).length;
  return `${of.length} exchanges, ${recorded} of them recorded, ${reported} with usage`;
}

test.each([...byProvider].map(([name, of]) => [name, told(of), of] as const))(
  '%s: %s',
  async (_, __, of) => {
    await checkEach(of, checkFacts);
    await checkEach(
      of.filter(({ isStream }) => isStream),
      checkStream,
    );
  },
);

test(`each of ${exchanges.length} exchanges belongs to a provider`, () => {
  expect(unclaimed()).toEqual([]);
});

/** Their usage is not that of the request beside it. */
const NO_BOUND: readonly ((exchange: Exchange) => boolean)[] = [
  // Put in by hand: one usage that several exchanges share, and cache writes whose parts are 0.
  ({ usage }) => usage?.['input_tokens'] === 291,
  ({ name }) => name.includes('capture-and-transform-anthropic-cache-tokens'),
  // The texts are not those that were counted.
  ({ notes }) => notes.includes('redacted'),
];

test('no input is above its bounds, neither by bytes nor counted', async () => {
  const tokens = createTokenCounter();
  let checked = 0;
  const counted = exchanges.filter((each) => !NO_BOUND.some((isOdd) => isOdd(each)));
  await checkEach(counted, async (exchange) => {
    if (await checkBound(exchange, tokens)) checked += 1;
  });
  expect(checked).toBeGreaterThan(30);
});

test('an answer whose counts are gone reports no usage, and not one of 0', async () => {
  const counted = exchanges.filter(
    ({ isStream, usage }) => !isStream && usage && Object.values(usage).some((count) => count > 0),
  );
  await checkEach(counted, ({ provider, match, body }) => {
    const isCount = (value: unknown): boolean => /^[\d.]+$/u.test(String(value));
    const left: unknown = JSON.parse(new TextDecoder().decode(body), (_, value: unknown) =>
      isCount(value) ? undefined : value,
    );
    expect(provider.usage(match.api, left).usage).toBeUndefined();
  });
});
