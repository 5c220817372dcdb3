// Says which line is still missing for a provider: in the registry, in the preload, in the prices.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCatalogue } from '@spendfuse/authority';
import { providers } from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { loadExchanges } from '../support/outcomes-exchanges.ts';

const packages = new URL('../../packages/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, packages), 'utf8');

/** Folders that are providers, but for the one to copy. */
const folders = readdirSync(fileURLToPath(new URL('providers/src/', packages)), {
  recursive: true,
  encoding: 'utf8',
}).flatMap((path) => /^([^/]+)\/index\.ts$/u.exec(path)?.[1] ?? []);
const built = folders.filter((folder) => folder !== 'template');

const PRELOAD = 'packages/instrumentation/src/register.cts';

/** A price is what the user gives: hosts of one's own, subscriptions, and what the public data lacks. */
const NO_PRICES = new Set(['openai-compatible', 'ollama_cloud', 'alibaba']);

test('every folder is registered', () => {
  const registry = read('providers/src/registry.ts');
  const names = read('providers/src/index.ts');
  const missing = built.flatMap((folder) => [
    ...(registry.includes(`'./${folder}/index.ts'`)
      ? []
      : [`packages/providers/src/registry.ts: import … from './${folder}/index.ts', and list it`]),
    ...(names.includes(`'./${folder}/index.ts'`)
      ? []
      : [`packages/providers/src/index.ts: export … from './${folder}/index.ts'`]),
  ]);
  expect(missing).toEqual([]);
});

test('every name is given once', () => {
  const names = providers.map(({ name }) => name);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test('the preload knows where to look', () => {
  const preload = read('instrumentation/src/register.cts');
  const missing = providers.flatMap(({ origins, baseUrlVariables = [] }) => [
    ...origins
      .filter((origin) => !preload.includes(`'${origin}'`))
      .map((origin) => `${PRELOAD}: ORIGINS lacks '${origin}'`),
    ...baseUrlVariables
      .filter((variable) => !preload.includes(`'${variable}'`))
      .map((variable) => `${PRELOAD}: BASE_URLS lacks '${variable}'`),
  ]);
  expect(missing).toEqual([]);
});

test('every provider has an exchange to be read right, and a price for one of them', () => {
  // Recordings are not everywhere.
  const exchanges = loadExchanges().filter(({ isRecorded }) => !isRecorded);
  const catalogue = createCatalogue();
  const missing = providers.flatMap(({ name }) => {
    const own = exchanges.filter(({ provider }) => provider.name === name);
    if (own.length === 0) return [`test/conformance/fixtures: no exchange of ${name}`];
    const models = own.flatMap(({ provider, match, request, model }) => [
      model ?? '',
      provider.request(match, request).model,
    ]);
    const isPriced = models.some((model) =>
      catalogue.priceOf({ provider: name, model, tier: undefined, nowMs: Date.now() }),
    );
    if (isPriced || NO_PRICES.has(name)) return [];
    const named = [...new Set(models)].filter((model) => model !== '');
    return [`packages/authority/src/prices: nothing of ${name} has a price: ${named.join(', ')}`];
  });
  expect(missing).toEqual([]);
});
