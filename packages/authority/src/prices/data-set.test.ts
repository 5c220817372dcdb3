// Every price of the data set, against the library's own calculation and against exact fractions.
import { readFileSync } from 'node:fs';
import {
  type ConditionalPrice,
  calcPrice,
  type ModelInfo,
  waitForUpdate,
} from '@pydantic/genai-prices';
import { type Usage, usageOf } from '@spendfuse/core';
import { expect, test } from 'vitest';
import { BUILT_IN, findModel } from './data-set.ts';
import type { ModelPrice } from './price.ts';
import { scheduleOf as pricesOverTime } from './resolve.ts';

const providers = (await waitForUpdate()) ?? [];
const models = providers.flatMap((provider) =>
  provider.models.map((model) => ({ name: `${provider.id}/${model.id}`, model })),
);

test('names the version that is installed', () => {
  const entry = import.meta.resolve('@pydantic/genai-prices');
  const text = readFileSync(new URL('../package.json', entry), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(BUILT_IN.version).toBe(`genai-prices@${version}`);
});

test('has every provider of the package', () => {
  const installed = providers.map(({ id }) => id);
  expect(BUILT_IN.providers.map(({ id }) => id)).toEqual(installed);
});

test('finds for every name the model that the library finds', () => {
  for (const { id, models: own } of providers) {
    for (const { id: name } of own) {
      for (const asked of [name, name.toUpperCase(), `${name}-2026-01-31`, `${name}-20260131`]) {
        const theirs = calcPrice({}, asked, { providerId: id })?.model;
        const ours = findModel(BUILT_IN, { provider: id, model: asked })?.model;
        if (theirs) expect(ours, `${id}: ${asked}`).toBe(theirs);
      }
    }
  }
});

test('finds every model by its own id', () => {
  for (const { id, models: own } of providers) {
    for (const { id: name } of own) {
      expect(findModel(BUILT_IN, { provider: id, model: name })?.model.id, id).toBe(name);
    }
  }
});

function scheduleOf(model: ModelInfo): (nowMs: number) => ModelPrice | undefined {
  const priceAt = pricesOverTime({ providerId: 'none', model });
  return (nowMs) => priceAt(nowMs)?.of(undefined);
}

// What the catalogue reads. Any other key is for something that a usage does not say.
const READ = [
  'input_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'input_audio_mtok',
  'cache_audio_read_mtok',
  'output_mtok',
  'output_reasoning_mtok',
  'output_audio_mtok',
  'cache_write_1h_mtok',
  'input_image_mtok',
  'cache_image_read_mtok',
  'output_image_mtok',
  'web_searches_kcount',
  'requests_kcount',
];
const READ_FOR_WORST_CASES = ['input_video_mtok', 'output_citation_mtok', 'output_video_mtok'];
const READ_BY_THE_HOUR = ['input_audio_hours'];
const NOT_READ = [
  // The same as `input_audio_hours`, wherever it is.
  'audio_hours',
  'input_annotated_document_kpages',
  'input_document_kpages',
  'input_text_messages_kcount',
  'storage_searches_kcount',
];

test('has no kind of price that nobody has thought of', () => {
  const keys = new Set(models.flatMap(({ model }) => pricesOf(model).flatMap(Object.keys)));
  expect([...keys].toSorted()).toEqual(
    [...READ, ...READ_FOR_WORST_CASES, ...READ_BY_THE_HOUR, ...NOT_READ].toSorted(),
  );
});

// Finer than a pico-USD a token; rounded up, so that nobody is charged too little.
const ROUNDED_UP = [
  'huggingface_together/Qwen/Qwen3-VL-8B-Instruct',
  'openrouter/google/gemini-2.5-flash-image',
  'openrouter/google/gemini-2.5-flash-lite',
  'openrouter/google/gemini-3-flash-preview',
  'openrouter/google/gemini-3.1-flash-lite',
  'openrouter/google/gemini-3.5-flash',
  'openrouter/~google/gemini-flash-latest',
];

test('has only prices that are whole pico-USD a token, seven models aside', () => {
  const finer = models.filter(({ model }) =>
    pricesOf(model).some((prices) =>
      READ.some((key) => {
        const price = prices[key];
        const all =
          typeof price === 'object' ? [price.base, ...price.tiers.map((t) => t.price)] : [price];
        return all.some((one) => fraction(one ?? 0) % 10n ** 14n !== 0n);
      }),
    ),
  );
  expect(finer.map(({ name }) => name)).toEqual(ROUNDED_UP);
});

// Each usage by its parts, which do not overlap.
const PARTS: readonly Parts[] = [
  [0, 0, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, 0, 0, 0],
  [3, 2, 5, 0, 7, 1, 0, 4],
  [3, 0, 0, 0, 7, 1, 0, 0, 11],
  [3, 0, 0, 1, 7, 1, 2, 0, 11, 1290],
  [3, 0, 0, 0, 7, 1, 0, 0, 0, 0, 3],
  [199_990, 0, 5, 0, 7, 1, 0, 4, 2, 1, 1],
  [0, 0, 0, 0, 1, 0, 0],
  [1234, 0, 0, 0, 567, 0, 0],
  [1001, 333, 77, 0, 13, 5, 0],
  [17, 1, 1, 1, 1, 1, 1],
  [999, 12_345, 678, 91, 2345, 678, 9],
  [127_000, 999, 0, 0, 1, 0, 0],
  [127_000, 999, 1, 1, 1, 0, 0],
  [199_999, 0, 0, 0, 7, 0, 0],
  [200_001, 0, 0, 0, 7, 0, 0],
  [1, 271_998, 0, 0, 7, 0, 3],
  [1, 271_998, 1, 0, 7, 0, 3],
  [1, 271_998, 1, 1, 7, 0, 3],
  [800_001, 3, 99_999, 1, 99_999, 64_001, 1],
];

test('costs what the library says, exactly: every model, tier and date', {
  timeout: 60_000,
}, () => {
  let compared = 0;
  for (const { name, model } of models) {
    const schedule = scheduleOf(model);
    for (const nowMs of instantsOf(model)) {
      const price = schedule(nowMs);
      for (const each of PARTS) {
        // What it leaves out has tests of its own: data-gaps.test.ts.
        const parts = model.id.includes('claude') ? withoutHours(each, pricesOf(model)) : each;
        const theirs = libraryCost(model, { nowMs, parts });
        // By the second: the library is asked for tokens here.
        if (!price || theirs.prices['input_audio_hours'] !== undefined) {
          expect(theirs.prices['input_mtok'], name).toBeUndefined();
          continue;
        }
        const exact = exactNanoUsd(theirs.prices, parts);
        const ours = price.costOf(usageOfParts(parts));
        if (ROUNDED_UP.includes(name)) {
          expect(ours, name).toBeGreaterThanOrEqual(exact.roundedUp);
          expect(ours, name).toBeLessThanOrEqual(exact.roundedUp + 1 + usageTokens(parts) / 1000);
        } else {
          expect(ours, name).toBe(exact.roundedUp);
        }
        expect(Math.abs(theirs.nanoUsd - exact.value), name).toBeLessThan(
          1e-3 + exact.value * 1e-12,
        );
        compared += 1;
      }
    }
  }
  expect(compared).toBeGreaterThan(15_000);
});

test('no usage within its bounds costs more than the worst case', () => {
  const random = randomNumbers(20_260_101);
  for (const { name, model } of models) {
    for (const nowMs of instantsOf(model)) {
      const price = scheduleOf(model)(nowMs);
      if (!price) continue;
      for (let round = 0; round < 10; round++) {
        const bounds = { inputTokens: random(900_000), outputTokens: random(130_000) };
        const inputTokens = round % 2 ? bounds.inputTokens : random(bounds.inputTokens);
        const outputTokens = round % 3 ? bounds.outputTokens : random(bounds.outputTokens);
        const usage: Usage = {
          inputTokens,
          outputTokens,
          cacheReadTokens: random(inputTokens),
          cacheWriteTokens: random(inputTokens),
          inputAudioTokens: random(inputTokens),
          reasoningTokens: random(outputTokens),
          outputAudioTokens: random(outputTokens),
          cacheWrite1hTokens: random(inputTokens),
          inputImageTokens: random(inputTokens),
          outputImageTokens: random(outputTokens),
          webSearches: random(20),
        };
        const worst = price.worstCostOf({ ...bounds, webSearches: 20 });
        expect(price.costOf(usage), `${name} ${JSON.stringify(usage)}`).toBeLessThanOrEqual(worst);
      }
    }
  }
});

type Parts = readonly [
  text: number,
  read: number,
  written: number,
  audio: number,
  answer: number,
  reasoning: number,
  spoken: number,
  hour?: number,
  image?: number,
  drawn?: number,
  searches?: number,
];

function usageOfParts(parts: Parts): Usage {
  const [text, read, written, audio, answer, reasoning, spoken] = parts;
  const [, , , , , , , hour = 0, image = 0, drawn = 0, searches = 0] = parts;
  return usageOf({
    inputTokens: text + read + written + hour + audio + image,
    outputTokens: answer + reasoning + spoken + drawn,
    cacheReadTokens: read,
    cacheWriteTokens: written + hour,
    inputAudioTokens: audio,
    reasoningTokens: reasoning,
    outputAudioTokens: spoken,
    cacheWrite1hTokens: hour,
    inputImageTokens: image,
    outputImageTokens: drawn,
    webSearches: searches,
  });
}

function withoutHours(parts: Parts, prices: readonly Prices[]): Parts {
  if (prices.every((each) => each['cache_write_1h_mtok'] !== undefined)) return parts;
  const [text, read, written, audio, answer, reasoning, spoken, , ...rest] = parts;
  return [text, read, written, audio, answer, reasoning, spoken, 0, ...rest];
}

function usageTokens(parts: Parts): number {
  return parts.reduce<number>((sum, part = 0) => sum + part, 0);
}

type Prices = Exclude<ModelInfo['prices'], ConditionalPrice[]>;

function pricesOf(model: ModelInfo): readonly Prices[] {
  return Array.isArray(model.prices) ? model.prices.map(({ prices }) => prices) : [model.prices];
}

/** An ordinary one, and for prices with conditions one on either side of every change. */
function instantsOf({ prices }: ModelInfo): readonly number[] {
  const ordinary = [Date.parse('2026-01-15T12:00:00Z')];
  if (!Array.isArray(prices)) return ordinary;
  const changes = prices.flatMap(({ constraint }) => {
    if (!constraint) return [];
    if (constraint.type === 'start_date') return [Date.parse(constraint.start_date)];
    return ['2026-02-28', '2027-01-01'].flatMap((day) =>
      [constraint.start_time, constraint.end_time].map((time) => Date.parse(`${day}T${time}`)),
    );
  });
  return [0, ...ordinary, ...changes.flatMap((ms) => [ms - 1, ms, ms + 1])];
}

function libraryCost(model: ModelInfo, { nowMs, parts }: { nowMs: number; parts: Parts }) {
  const usage = usageOfParts(parts);
  const provider = {
    id: 'one',
    name: 'one',
    api_pattern: '',
    models: [{ ...model, match: { equals: 'it' } }],
  };
  const options = { provider, timestamp: new Date(nowMs) };
  const found = calcPrice(
    {
      input_tokens: usage.inputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens,
      input_audio_tokens: usage.inputAudioTokens,
      cache_audio_read_tokens: 0,
      output_tokens: usage.outputTokens,
      output_reasoning_tokens: usage.reasoningTokens,
      output_audio_tokens: usage.outputAudioTokens,
      cache_write_1h_tokens: usage.cacheWrite1hTokens,
      input_image_tokens: usage.inputImageTokens,
      cache_image_read_tokens: 0,
      output_image_tokens: usage.outputImageTokens,
      web_searches: usage.webSearches,
    },
    'it',
    options,
  );
  if (!found) throw new Error(`${model.id} did not match itself`);
  return { nanoUsd: found.total_price * 1e9, prices: found.model_price };
}

/** By the decimal digits of the prices, as a fraction of 10^26 to the USD. */
function exactNanoUsd(prices: Prices, parts: Parts): { roundedUp: number; value: number } {
  const [text, read, written, audio, answer, reasoning, spoken] = parts;
  const [, , , , , , , hour = 0, image = 0, drawn = 0, searches = 0] = parts;
  const { inputTokens } = usageOfParts(parts);
  const of = (...keys: string[]): bigint => {
    const price = keys.map((key) => prices[key]).find((known) => known !== undefined) ?? 0;
    if (typeof price === 'number') return fraction(price);
    const reached = price.tiers.filter(({ start }) => inputTokens > start);
    return fraction(reached.at(-1)?.price ?? price.base);
  };
  const sum =
    BigInt(text) * of('input_mtok') +
    BigInt(read) * of('cache_read_mtok', 'input_mtok') +
    BigInt(written) * of('cache_write_mtok', 'input_mtok') +
    BigInt(audio) * of('input_audio_mtok', 'input_mtok') +
    BigInt(answer) * of('output_mtok') +
    BigInt(reasoning) * of('output_reasoning_mtok', 'output_mtok') +
    BigInt(spoken) * of('output_audio_mtok', 'output_mtok') +
    BigInt(hour) * of('cache_write_1h_mtok', 'cache_write_mtok', 'input_mtok') +
    BigInt(image) * of('input_image_mtok', 'input_mtok') +
    BigInt(drawn) * of('output_image_mtok', 'output_mtok') +
    1000n * BigInt(searches) * of('web_searches_kcount') +
    1000n * of('requests_kcount');
  const nano = 10n ** 17n;
  return { roundedUp: Number((sum + nano - 1n) / nano), value: Number(sum) / 1e17 };
}

/** A decimal as a whole number of 10^-20. */
function fraction(price: number): bigint {
  const [whole = '', decimals = ''] = String(price).split('.');
  return BigInt(whole + decimals.padEnd(20, '0'));
}

/** The same whole numbers from 0 to the given one in every run (mulberry32). */
function randomNumbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (most + 1));
  };
}
