// `spendfuse price`: what a call of a model costs, to the nano-dollar.
import type { TokenPrices } from '@spendfuse/authority';
import { checkUsage, formatUsd, type Usage, usageOf } from '@spendfuse/core';
import type { Command } from 'commander';
import { parseCount } from './options.ts';
import { type Column, countText, print, table } from './output.ts';
import { priceText } from './prices/format.ts';
import { findPrice, openPrices } from './prices/sources.ts';

interface PriceFlags {
  readonly input: string;
  readonly output: string;
  readonly cached: string;
  readonly provider?: string;
  readonly config?: string;
}

const HELP = `
Examples:
  $ spendfuse price gpt-4o --input 1000 --output 500
  $ spendfuse price gpt-4o-mini --input 12000 --cached 8000 --output 900
  $ spendfuse price claude-sonnet-4-5 --provider anthropic --input 1000 --output 500`;

const COLUMNS: readonly Column[] = [
  { head: 'tokens' },
  { head: 'count', align: 'right' },
  { head: 'USD per million', align: 'right' },
];

export function addPrice(program: Command): void {
  program
    .command('price')
    .description('show what a call of a model costs')
    .argument('<model>', 'as in requests, such as gpt-4o')
    .requiredOption('--input <count>', 'input tokens, cached ones included')
    .requiredOption('--output <count>', 'output tokens')
    .option('--cached <count>', 'input tokens read from the cache', '0')
    .option('--provider <name>', 'default: the first one known to have the model')
    .option('--config <file>', 'budgets file whose prices go before the public ones')
    .addHelpText('after', HELP)
    .action(showPrice);
}

async function showPrice(model: string, flags: PriceFlags): Promise<void> {
  const usage = usageOf({
    inputTokens: parseCount(flags.input, '--input'),
    outputTokens: parseCount(flags.output, '--output'),
    cacheReadTokens: parseCount(flags.cached, '--cached'),
  });
  checkUsage(usage, 'usage');
  const prices = await openPrices(flags.config);
  const { provider, price } = await findPrice(prices, { model, provider: flags.provider });
  const { catalogue } = prices;
  const [steps = []] = catalogue.describe({ provider, model, nowMs: Date.now() }).tiers.values();
  const step = steps.findLast(({ aboveInputTokens }) => usage.inputTokens > aboveInputTokens);
  const source = price.source === 'fallback' ? 'the rule for models without a price in ' : '';
  print(`${model} (${provider}), prices of ${source}${catalogue.version}\n`);
  if (step) print(table(COLUMNS, rows(step.prices, usage)));
  print(`\ncost  ${formatUsd(price.costOf(usage))}`);
}

function rows(prices: TokenPrices, usage: Usage): readonly (readonly string[])[] {
  const fresh = usage.inputTokens - usage.cacheReadTokens;
  const fee = ['each call', '', priceText('request', prices.request)];
  return [
    ['input', countText(fresh), priceText('input', prices.input)],
    ['input, cached', countText(usage.cacheReadTokens), priceText('cacheRead', prices.cacheRead)],
    ['output', countText(usage.outputTokens), priceText('output', prices.output)],
    ...(prices.request > 0 ? [fee] : []),
  ];
}
