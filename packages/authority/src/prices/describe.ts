// The user's own prices in plain words: what `spendfuse budgets check` prints of them.
import type { PriceFallback, PriceOverride, SteppedPrices } from './overrides.ts';

export interface OwnPriceRules {
  readonly prices: readonly PriceOverride[];
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  readonly fallback?: PriceFallback | undefined;
}

/** Cells of one line for each entry, each alias, and for models without a price. */
export function priceRows(rules: OwnPriceRules): readonly (readonly string[])[] {
  const { prices, aliases = {}, fallback } = rules;
  return [
    ...prices.map(entryRow),
    ...Object.entries(aliases).map(([model, alias]) => ['price', model, `as ${alias}`, '']),
    ...(fallback ? [['price', 'models without one', fallbackText(fallback), '']] : []),
  ];
}

function entryRow(entry: PriceOverride): readonly string[] {
  const { provider, model, maxOutputTokens, contextWindow } = entry;
  const limits = [
    maxOutputTokens ? `at most ${maxOutputTokens} output tokens` : '',
    contextWindow ? `context of ${contextWindow} tokens` : '',
  ];
  return [
    'price',
    provider ? `${provider}/${model}` : model,
    'alias' in entry ? `as ${entry.alias}` : listText(entry, Object.keys(entry.tiers ?? {})),
    limits.filter(Boolean).join(', '),
  ];
}

function fallbackText(fallback: PriceFallback): string {
  return 'as' in fallback ? `as ${fallback.as}` : listText(fallback);
}

const KINDS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'inputAudio',
  'outputAudio',
  'inputImage',
  'outputImage',
] as const;

function listText(list: SteppedPrices, tiers: readonly string[] = []): string {
  const perToken = KINDS.flatMap((kind) => {
    const usd = list[kind];
    return usd === undefined ? [] : `${kind} ${usdText(usd)}`;
  });
  const parts = [
    `${perToken.join(', ')} per 1M tokens`,
    list.webSearch === undefined ? '' : `${usdText(list.webSearch)} per search`,
    list.request === undefined ? '' : `${usdText(list.request)} per call`,
    ...(list.above ?? []).map(({ inputTokens }) => `other prices above ${inputTokens}`),
    tiers.length > 0 ? `tiers ${tiers.join(', ')}` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

function usdText(price: string | number): string {
  const text = String(price).trim();
  return text.startsWith('$') ? text : `$${text}`;
}
