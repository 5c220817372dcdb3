// The schema of what a budgets file says of prices: entries, aliases, models without a price.
import { z } from 'zod';
import { type Factor, parseFactor, parseFee } from '../prices/decimal.ts';
import type {
  AliasEntry,
  LongContextPrices,
  PriceEntry,
  PriceFallback,
  PriceList,
  PriceOverride,
  TierEntry,
} from '../prices/overrides.ts';
import { STANDARD_TIER } from '../prices/price.ts';
import {
  below,
  by,
  described,
  list,
  mapping,
  type Reader,
  type Report,
  wrongType,
} from './reading.ts';
import { pattern, price, reported, tokenCount } from './values.ts';

/** Of a budgets file. */
export interface PriceConfig {
  /** In file order. */
  readonly prices: readonly PriceOverride[];
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /** Undefined: a model without a price has none. */
  readonly fallback?: PriceFallback | undefined;
}

function amount(what: string, parse: (text: string | number) => number | Factor) {
  return described<string | number>({ type: ['string', 'number'] }, (value, report) => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      return report(wrongType(what, value));
    }
    reported(report, () => parse(value));
    return value;
  });
}

const fee = amount('a fee in USD such as $0.01', (text) => parseFee(text));
const factor = amount('a factor such as 0.5', (text) => parseFactor(text));

const priceKeys = {
  input: by(price).describe('USD per million input tokens'),
  output: by(price).describe('USD per million output tokens'),
  cacheRead: by(price).optional().describe('Of input read from the cache. Default: `input`'),
  cacheWrite: by(price).optional().describe('Of input written to the cache. Default: `input`'),
  cacheWrite1h: by(price).optional().describe('Of a cache write for 1 h. Default: `cacheWrite`'),
  inputAudio: by(price).optional().describe('Of audio input. Default: `input`'),
  outputAudio: by(price).optional().describe('Of audio output. Default: `output`'),
  inputImage: by(price).optional().describe('Of images in. Default: `input`'),
  outputImage: by(price).optional().describe('Of images out. Default: `output`'),
  webSearch: by(fee).optional().describe('USD for one search that the provider runs'),
  request: by(fee).optional().describe('USD for the call itself'),
};

const priceExamples = { input: '$0.15', output: '$0.60' };

const above = list<LongContextPrices>({
  item: mapping({
    schema: z.strictObject({ inputTokens: by(tokenCount), ...priceKeys }),
    examples: { inputTokens: '200000', ...priceExamples },
  }),
  empty: 'there is no step; write one, such as { inputTokens: 200000, input: $2.50, output: $15 }',
  distinct: {
    key: (_, read) => read?.inputTokens,
    twice: () => 'there are prices above this number of input tokens already; keep one of them',
  },
});

const steppedKeys = {
  ...priceKeys,
  above: by(above).optional().describe('Prices of whole calls with more input than this'),
};

const byFactor = mapping({ schema: z.strictObject({ factor: by(factor) }) });
const byPrices = mapping({ schema: z.strictObject(steppedKeys), examples: priceExamples });

const eitherTier = () => ({ anyOf: [byFactor.json?.(), byPrices.json?.()] });

const tier = described<TierEntry>(eitherTier, (value, report) => {
  if (!isMapping(value)) {
    return report(wrongType('{ factor: 0.5 } or prices such as { input: $1, output: $4 }', value));
  }
  if (!('factor' in value)) return byPrices(value, report);
  refuseBeside(Object.keys(value), {
    keys: Object.keys(steppedKeys),
    why: 'has no meaning beside `factor`, which is applied to the prices of the entry',
    report,
  });
  return byFactor(withoutKeys(value, Object.keys(steppedKeys)), report);
});

const TIER_NAME = /^[a-z][a-z0-9_-]{0,62}$/;

const tiersJson = () => ({ type: 'object', additionalProperties: eitherTier() });

const tiers = described<Record<string, TierEntry>>(tiersJson, (value, report) => {
  if (!isMapping(value)) {
    return report(wrongType('tiers by name, such as { batch: { factor: 0.5 } }', value));
  }
  const read = Object.entries(value).flatMap(([name, own]) => {
    const said = (message: string) => report(message, { path: [name], part: 'key' });
    if ([STANDARD_TIER, 'default', 'auto'].includes(name)) {
      said(`the tier \`${name}\` has no entry; the prices beside \`tiers\` are the standard ones`);
    } else if (!TIER_NAME.test(name)) {
      said(`"${name}" is no name of a tier; write it as the provider does, such as batch`);
    }
    const entry = tier(own, below(report, name));
    return entry ? [[name, entry] as const] : [];
  });
  return Object.fromEntries(read);
});

const targetKeys = {
  provider: by(pattern).optional().describe('Glob of the provider. Default: any'),
  model: by(pattern).describe('Glob of the model, as in requests'),
  maxOutputTokens: by(tokenCount).optional().describe('Most output of one choice'),
  contextWindow: by(tokenCount).optional().describe('Most tokens of a whole call'),
};

const modelName = described<string>({ type: 'string' }, (value, report) => {
  const name = pattern(value, report);
  if (name?.includes('*')) {
    report(`"${name}" has to be the name of one model, such as gpt-5, without *`);
  }
  return name;
});

const aliasEntry: Reader<AliasEntry> = mapping({
  schema: z.strictObject({
    ...targetKeys,
    alias: by(modelName).describe('The model it is another name of'),
  }),
  examples: { model: 'my-deployment' },
});

const priceEntry: Reader<PriceEntry> = mapping({
  schema: z.strictObject({
    ...targetKeys,
    ...steppedKeys,
    tiers: by(tiers).optional().describe('Prices of service tiers, by name'),
  }),
  examples: { model: 'my-model-*', ...priceExamples },
});

const eitherEntry = () => ({ anyOf: [priceEntry.json?.(), aliasEntry.json?.()] });

const entry = described<PriceOverride>(eitherEntry, (value, report) => {
  if (!isMapping(value) || !('alias' in value)) return priceEntry(value, report);
  const keys = [...Object.keys(steppedKeys), 'tiers'];
  refuseBeside(Object.keys(value), {
    keys,
    why: 'has no meaning beside `alias`, which brings the prices of the other model',
    report,
  });
  return aliasEntry(withoutKeys(value, keys), report);
});

const prices = list<PriceOverride>({ item: entry });

const aliasesJson = { type: 'object', additionalProperties: { type: 'string' } };

const aliases = described<Record<string, string>>(aliasesJson, (value, report) => {
  if (!isMapping(value)) {
    return report(wrongType('names of models, such as { my-deployment: gpt-5 }', value));
  }
  const read = Object.entries(value).flatMap(([name, target]) => {
    pattern(name, (message) => report(message, { path: [name], part: 'key' }));
    const model = modelName(target, below(report, name));
    if (model !== undefined && model === name) below(report, name)(`"${name}" stands for itself`);
    return model === undefined ? [] : [[name, model] as const];
  });
  return Object.fromEntries(read);
});

const UNPRICED = 'deny, { as: gpt-5 } or { input: $10, output: $40 }';

const asModel = mapping({ schema: z.strictObject({ as: by(modelName) }) });
const asPrices: Reader<PriceList> = mapping({
  schema: z.strictObject(priceKeys),
  examples: { input: '$10', output: '$40' },
});

const unpricedJson = () => ({ anyOf: [{ const: 'deny' }, asModel.json?.(), asPrices.json?.()] });

const unpriced = described<'deny' | PriceFallback>(unpricedJson, (value, report) => {
  if (value === 'deny') return value;
  if (!isMapping(value)) return report(wrongType(UNPRICED, value));
  return 'as' in value ? asModel(value, report) : asPrices(value, report);
});

/** Keys at the top of a budgets file. */
export const priceConfigKeys = {
  prices: by(prices).optional().describe('Your own prices; the first that matches wins'),
  aliases: by(aliases).optional().describe('Other names of models, such as deployments'),
  unpriced: by(unpriced).optional().describe('What a model costs that has no price'),
};

export function priceConfigOf(read: {
  readonly prices?: readonly PriceOverride[] | undefined;
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  readonly unpriced?: 'deny' | PriceFallback | undefined;
}): PriceConfig {
  const { unpriced: rule = 'deny' } = read;
  return {
    prices: read.prices ?? [],
    aliases: read.aliases,
    fallback: rule === 'deny' ? undefined : rule,
  };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Beside {
  readonly keys: readonly string[];
  readonly why: string;
  readonly report: Report;
}

function refuseBeside(given: readonly string[], { keys, why, report }: Beside): void {
  for (const key of given.filter((each) => keys.includes(each))) {
    report(`\`${key}\` ${why}; remove one of them`, { path: [key], part: 'key' });
  }
}

/** Without the keys that have been complained of. */
function withoutKeys(value: Readonly<Record<string, unknown>>, without: readonly string[]) {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !without.includes(key)));
}
