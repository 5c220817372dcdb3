// `spendfuse prices diff`: what the user's own prices change, and what downloaded prices have changed.
import type { ModelChange } from '@spendfuse/authority';
import { globMatches } from '@spendfuse/core';
import { print, style } from '../output.ts';
import { changesJson, changesTable, summaryOf } from './changes.ts';
import { openPrices, type Prices, writtenNames } from './sources.ts';

interface DiffFlags {
  readonly config?: string;
  readonly json?: boolean;
}

export async function showDiff(flags: DiffFlags): Promise<void> {
  const prices = await openPrices(flags.config);
  const own = await ownChanges(prices);
  const downloaded = await downloadedChanges(prices);
  if (flags.json) {
    const sections = { own: changesJson(own), downloaded: changesJson(downloaded) };
    print(JSON.stringify({ version: prices.catalogue.version, ...sections }, null, 2));
    return;
  }
  const { BUILT_IN_PRICES } = await import('@spendfuse/authority');
  const { version } = prices.data;
  if (prices.config) section(`your prices on top of ${version}`, own);
  else print('No budgets file: name one with --config to see what its prices change.');
  print();
  if (version === BUILT_IN_PRICES.version) print(`No downloaded prices: ${version} is built in.`);
  else section(`${version} instead of ${BUILT_IN_PRICES.version}`, downloaded);
}

function section(title: string, changes: readonly ModelChange[]): void {
  print(`${style('bold', title, process.stdout)}: ${summaryOf(changes)}`);
  if (changes.length > 0) print(changesTable(changes));
}

/** A glob is compared as the models of the data that it matches, and by itself where there are none. */
async function ownChanges({ catalogue, config, data }: Prices): Promise<readonly ModelChange[]> {
  const { compareCatalogues, createCatalogue, modelNames } = await import('@spendfuse/authority');
  const known = modelNames(data);
  const written = config ? writtenNames(config) : [];
  const others = written.filter(
    (own) =>
      !known.some(
        ({ provider, model }) =>
          globMatches(own.provider, provider) && globMatches(own.model, model),
      ),
  );
  const nowMs = Date.now();
  const before = createCatalogue({ data });
  const changes = compareCatalogues({
    before,
    after: catalogue,
    names: [...others, ...known],
    nowMs,
  });
  // A rule for models without a price gives every one of them the same: that is no news of each.
  return changes.filter((name) => catalogue.describe({ ...name, nowMs }).source !== 'fallback');
}

async function downloadedChanges({ data }: Prices): Promise<readonly ModelChange[]> {
  const { BUILT_IN_PRICES, compareCatalogues, createCatalogue, modelNames } = await import(
    '@spendfuse/authority'
  );
  return compareCatalogues({
    before: createCatalogue(),
    after: createCatalogue({ data }),
    names: modelNames(BUILT_IN_PRICES, data),
    nowMs: Date.now(),
  });
}
