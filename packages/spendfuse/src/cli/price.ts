// `spendfuse price`: what a call of a model costs, to the nano-dollar.
import type { ModelPrice } from '@spendfuse/authority';
import { checkUsage, formatUsd, SpendfuseError, type Usage, usageOf } from '@spendfuse/core';
import type { Command } from 'commander';
import { parseCount } from './options.ts';
import { type Column, countText, print, table } from './output.ts';

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

/** Tried in this order where no provider is given: names of models hardly ever clash. */
const PROVIDERS = [
  'openai',
  'anthropic',
  'google',
  'mistral',
  'cohere',
  'groq',
  'deepseek',
  'x_ai',
];

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
  const { createCatalogue, loadConfig } = await import('@spendfuse/authority');
  const config = flags.config === undefined ? undefined : await loadConfig(flags.config);
  const catalogue = createCatalogue({ overrides: config?.prices });
  const providers = flags.provider === undefined ? PROVIDERS : [flags.provider];
  for (const provider of providers) {
    const price = catalogue.priceOf({ provider, model, nowMs: Date.now() });
    if (!price) continue;
    print(`${model} (${provider}), prices of ${catalogue.version}\n`);
    print(table(COLUMNS, rows(price, usage)));
    print(`\ncost  ${formatUsd(price.costOf(usage))}`);
    return;
  }
  const where = flags.provider === undefined ? 'any known provider' : `"${flags.provider}"`;
  throw new SpendfuseError({
    code: 'CONFIG',
    message: `no price of "${model}" at ${where}; look at the spelling, or give --provider`,
  });
}

function rows(price: ModelPrice, usage: Usage): readonly (readonly string[])[] {
  const fresh = usage.inputTokens - usage.cacheReadTokens;
  return [
    ['input', countText(fresh), perMillion(price, { inputTokens: SAMPLE })],
    [
      'input, cached',
      countText(usage.cacheReadTokens),
      perMillion(price, { inputTokens: SAMPLE, cacheReadTokens: SAMPLE }),
    ],
    ['output', countText(usage.outputTokens), perMillion(price, { outputTokens: SAMPLE })],
  ];
}

/** Few enough to stay below every long-context tier, enough for whole nano-dollars. */
const SAMPLE = 1000;

function perMillion(price: ModelPrice, tokens: Partial<Usage>): string {
  return formatUsd((price.costOf(usageOf(tokens)) / SAMPLE) * 1_000_000);
}
