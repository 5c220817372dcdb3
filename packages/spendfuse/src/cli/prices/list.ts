// `spendfuse prices list`: a line for each model.
import type { ModelDescription, ModelName } from '@spendfuse/authority';
import { globMatches, SpendfuseError } from '@spendfuse/core';
import { type Column, print, table } from '../output.ts';
import { priceText, stepsJson, stepText } from './format.ts';
import { openPrices, type Prices, writtenNames } from './sources.ts';

interface ListFlags {
  readonly provider?: string;
  readonly model?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'provider' },
  { head: 'model' },
  { head: 'input', align: 'right' },
  { head: 'from cache', align: 'right' },
  { head: 'output', align: 'right' },
  { head: 'notes' },
];

export async function showList(flags: ListFlags): Promise<void> {
  const prices = await openPrices(flags.config);
  const nowMs = Date.now();
  const providerId = await providerIdOf(prices, flags);
  const listed = (await namesOf(prices))
    .filter((name) => wanted(flags, { ...name, providerId }))
    .map((name) => ({ ...name, ...prices.catalogue.describe({ ...name, nowMs }) }))
    .filter(({ source }) => source === 'catalogue' || source === 'override');
  if (listed.length === 0) throw nothing(flags);
  if (flags.json) {
    print(JSON.stringify(listed.map(listedJson), null, 2));
    return;
  }
  print(table(COLUMNS, listed.map(row)));
  print(`\nUSD per million tokens, prices of ${prices.catalogue.version}`);
}

/** The user's own first, by the globs they are written with. */
async function namesOf({ config, data }: Prices): Promise<readonly ModelName[]> {
  const { builtInNames, modelNames } = await import('@spendfuse/authority');
  return [...(config ? writtenNames(config) : []), ...builtInNames, ...modelNames(data)];
}

/** The data set has names of its own for some: `mistral` for `mistral_ai`. */
async function providerIdOf(
  { data }: Prices,
  { provider }: ListFlags,
): Promise<string | undefined> {
  const { providerIdOf: idOf } = await import('@spendfuse/authority');
  return provider === undefined ? undefined : idOf(data, provider);
}

interface Candidate extends ModelName {
  readonly providerId: string | undefined;
}

function wanted(flags: ListFlags, { provider, model, providerId }: Candidate): boolean {
  const asked = flags.provider;
  const ofProvider = asked === undefined || provider === providerId || globMatches(asked, provider);
  return ofProvider && (flags.model === undefined || globMatches(flags.model, model));
}

type Listed = ModelName & ModelDescription;

function row({ provider, model, tiers, source, aliases }: Listed): readonly string[] {
  const [standard = []] = tiers.values();
  const prices = standard[0]?.prices;
  const notes = [
    source === 'override' ? 'yours' : '',
    aliases.length > 0 ? `as ${aliases.join(', ')}` : '',
    prices?.input === 0 && prices.webSearch > 0
      ? `${priceText('webSearch', prices.webSearch)} a search`
      : '',
    ...standard.slice(1).map(({ aboveInputTokens }) => `dearer ${stepText(aboveInputTokens)}`),
    [...tiers.keys()].slice(1).join(', '),
  ];
  return [
    provider,
    model,
    priceText('input', prices?.input ?? 0),
    priceText('cacheRead', prices?.cacheRead ?? 0),
    priceText('output', prices?.output ?? 0),
    notes.filter(Boolean).join('; '),
  ];
}

export function listedJson(described: Listed) {
  const { provider, model, source, from, aliases, tiers } = described;
  return {
    provider,
    model,
    source,
    from,
    aliases,
    maxOutputTokens: described.maxOutputTokens?.tokens ?? null,
    contextWindow: described.contextWindow?.tokens ?? null,
    tiers: Object.fromEntries([...tiers].map(([tier, steps]) => [tier, stepsJson(steps)])),
  };
}

function nothing({ provider, model }: ListFlags): SpendfuseError {
  const at = provider === undefined ? '' : ` of provider "${provider}"`;
  const called = model === undefined ? '' : ` "${model}"`;
  const advice =
    model === undefined
      ? 'look at the spelling, or give it prices in the budgets file (--config)'
      : "* stands for any text, as in 'gpt-5*'";
  const message = `no prices of models${called}${at}; ${advice}`;
  return new SpendfuseError({ code: 'CONFIG', message });
}
