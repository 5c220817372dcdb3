// The catalogue of a command: the budgets file that is named, and the price data in use.
import type {
  BrowsableCatalogue,
  Config,
  DataSet,
  ModelName,
  ModelPrice,
} from '@spendfuse/authority';
import { SpendfuseError } from '@spendfuse/core';
import { readSettings } from '@spendfuse/sidecar/settings';
import { style } from '../output.ts';

export interface Prices {
  readonly catalogue: BrowsableCatalogue;
  readonly data: DataSet;
  /** Undefined where no budgets file was named. */
  readonly config: Config | undefined;
}

/** The file of downloaded prices; undefined: the environment leaves it aside. */
export function pricesFile(): string | undefined {
  return readSettings({ env: process.env }).pricesFile;
}

/** As a sidecar would have it that is started here. */
export async function openPrices(configFile: string | undefined): Promise<Prices> {
  const { createCatalogue, loadConfig, loadPriceData } = await import('@spendfuse/authority');
  const settings = readSettings({ env: process.env, flags: { configFile } });
  const { configFile: path } = settings;
  const config = path === undefined ? undefined : await loadConfig(path);
  const data = await loadPriceData({ path: settings.pricesFile, warn });
  const { prices: overrides, aliases, fallback } = config ?? {};
  return { catalogue: createCatalogue({ overrides, aliases, fallback, data }), data, config };
}

/** Of the entries and aliases of a budgets file, as they are written: some are globs. */
export function writtenNames({ prices, aliases = {} }: Config): readonly ModelName[] {
  return [
    ...prices.map(({ provider = '*', model }) => ({ provider, model })),
    ...Object.keys(aliases).map((model) => ({ provider: '*', model })),
  ];
}

function warn(message: string): void {
  process.stderr.write(`${style('yellow', 'spendfuse:', process.stderr)} ${message}\n`);
}

/** Tried in this order where the name of a model does not tell its provider. */
const PROVIDERS = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'cohere',
  'groq',
  'deepseek',
  'x_ai',
  'aws',
  'openrouter',
];

export interface FindInput {
  readonly model: string;
  /** Undefined: the first that is known to have the model. */
  readonly provider: string | undefined;
}

export interface FoundPrice {
  readonly provider: string;
  /** Of the standard tier. */
  readonly price: ModelPrice;
}

/**
 * The first provider with a price of the model; only then the rule for models without one.
 * @throws SpendfuseError `CONFIG` with the nearest names where there is neither.
 */
export async function findPrice(
  prices: Prices,
  { model, provider }: FindInput,
): Promise<FoundPrice> {
  const { nearestModels, providerOfModel } = await import('@spendfuse/authority');
  const { catalogue, data } = prices;
  const guess = providerOfModel(data, model);
  const likely = [...(guess === undefined ? [] : [guess]), ...PROVIDERS];
  const nowMs = Date.now();
  const found = (provider === undefined ? likely : [provider]).flatMap((each): FoundPrice[] => {
    const price = catalogue.priceOf({ provider: each, model, nowMs });
    return price ? [{ provider: each, price }] : [];
  });
  const best = found.find(({ price }) => price.source !== 'fallback') ?? found[0];
  if (best) return best;
  const where = provider === undefined ? 'any known provider' : `"${provider}"`;
  const near = nearestModels(data, model);
  const meant =
    near.length > 0 ? `did you mean ${near.join(' or ')}? If not,` : 'if it is spelt right,';
  const named = provider === undefined ? 'name its provider by --provider, or ' : '';
  const advice = `${meant} ${named}give it a price in the budgets file`;
  const message = `no price of "${model}" at ${where}; ${advice}`;
  throw new SpendfuseError({ code: 'CONFIG', message });
}
