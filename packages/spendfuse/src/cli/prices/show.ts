// `spendfuse prices show`: every price of a model, where it comes from, and what a call would cost.
import type { KnownLimit, ModelDescription, ModelPrice, PriceSteps } from '@spendfuse/authority';
import { checkUsage, formatUsd, type Usage, usageOf } from '@spendfuse/core';
import { parseCount } from '../options.ts';
import { type Column, countText, print, table } from '../output.ts';
import { KIND_TEXT, kindsOf, priceText, stepsJson, stepText } from './format.ts';
import { listedJson } from './list.ts';
import { findPrice, openPrices, type Prices } from './sources.ts';

interface ShowFlags {
  readonly provider?: string;
  readonly tier?: string;
  readonly input?: string;
  readonly output?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** A tier with its prices, and what a call of it costs. */
interface Shown {
  readonly tier: string;
  readonly steps: PriceSteps;
  readonly price: ModelPrice;
}

export async function showModel(model: string, flags: ShowFlags): Promise<void> {
  const usage = usageOfFlags(flags);
  const prices = await openPrices(flags.config);
  const { provider } = await findPrice(prices, { model, provider: flags.provider });
  const name = { provider, model };
  const described = { ...name, ...prices.catalogue.describe({ ...name, nowMs: Date.now() }) };
  const shown = await tiersOf(prices, { ...described, tier: flags.tier });
  if (flags.json) {
    const costs = usage && Object.fromEntries(shown.map((one) => [one.tier, costJson(one, usage)]));
    const tiers = Object.fromEntries(shown.map(({ tier, steps }) => [tier, stepsJson(steps)]));
    print(JSON.stringify({ ...listedJson(described), tiers, ...(usage && { costs }) }, null, 2));
    return;
  }
  print(heading(described, prices));
  print(`\n${priceTable(shown)}`);
  if (usage) print(`\n${costTable(shown, usage)}`);
}

function usageOfFlags({ input, output }: ShowFlags): Usage | undefined {
  if (input === undefined && output === undefined) return undefined;
  const usage = usageOf({
    inputTokens: parseCount(input ?? '0', '--input'),
    outputTokens: parseCount(output ?? '0', '--output'),
  });
  checkUsage(usage, 'usage');
  return usage;
}

type Described = ModelDescription & { readonly provider: string; readonly model: string };

/** All that the model has; or the one asked for, as the authority would price a call of it. */
async function tiersOf(
  { catalogue }: Prices,
  { provider, model, tiers, tier }: Described & { readonly tier: string | undefined },
): Promise<readonly Shown[]> {
  const { dearestSteps } = await import('@spendfuse/authority');
  const nowMs = Date.now();
  const names = tier === undefined ? [...tiers.keys()] : [tier];
  return names.flatMap((name) => {
    const price = catalogue.priceOf({ provider, model, nowMs, tier: name });
    if (!price) return [];
    const steps = tiers.get(price.tier) ?? dearestSteps([...tiers.values()]);
    return [{ tier: price.tier, steps, price }];
  });
}

function heading(described: Described, { catalogue, config }: Prices): string {
  const { provider, model, source, from, aliases, maxOutputTokens, contextWindow } = described;
  const own = config !== undefined && from?.startsWith('prices[');
  const prices = {
    catalogue: from ?? '',
    override: own ? `${from} of your budgets file` : (from ?? ''),
    fallback: 'those of `unpriced` in your budgets file: the model has none of its own',
  };
  const lines: readonly (readonly [string, string])[] = [
    ['prices', source ? prices[source] : ''],
    ['version', catalogue.version],
    ...(aliases.length > 0 ? [['alias of', aliases.join(', ')] as const] : []),
    ['max output', limitText(maxOutputTokens)],
    ['context', limitText(contextWindow)],
  ];
  const rows = lines.map(([name, value]) => `  ${name.padEnd(10)}  ${value}`);
  return [`${model} (${provider})`, ...rows].join('\n');
}

const LIMIT_SOURCES = {
  override: 'from your budgets file',
  published: 'as published',
  catalogue: 'as in the price data',
  'context window': 'the context window: no maximum is known',
} as const;

function limitText(limit: KnownLimit | undefined): string {
  if (!limit) return 'not known';
  return `${countText(limit.tokens)} tokens, ${LIMIT_SOURCES[limit.source]}`;
}

function priceTable(shown: readonly Shown[]): string {
  const columns: readonly Column[] = [
    { head: 'USD per million' },
    ...shown.map(({ tier }) => ({ head: tier, align: 'right' as const })),
  ];
  const lists = shown.map(({ steps }) => steps);
  const starts = new Set(lists.flatMap((steps) => steps.map((each) => each.aboveInputTokens)));
  const rows = [...starts]
    .toSorted((a, b) => a - b)
    .flatMap((above) =>
      kindsOf(lists).map((kind) => [
        [KIND_TEXT[kind], stepText(above)].filter(Boolean).join(', '),
        ...lists.map((steps) => {
          const met = steps.findLast(({ aboveInputTokens }) => aboveInputTokens <= above);
          return met ? priceText(kind, met.prices[kind]) : '';
        }),
      ]),
    );
  return table(columns, rows);
}

function costTable(shown: readonly Shown[], usage: Usage): string {
  const { inputTokens, outputTokens } = usage;
  const columns: readonly Column[] = [
    { head: `${countText(inputTokens)} in, ${countText(outputTokens)} out` },
    { head: 'cost', align: 'right' },
    { head: 'at worst', align: 'right' },
  ];
  const rows = shown.map(({ tier, price }) => [
    tier,
    formatUsd(price.costOf(usage)),
    formatUsd(price.worstCostOf(usage)),
  ]);
  return table(columns, rows);
}

function costJson({ price }: Shown, usage: Usage) {
  return {
    costNanoUsd: String(price.costOf(usage)),
    worstNanoUsd: String(price.worstCostOf(usage)),
  };
}
