// Downloaded price data: what is taken, what is refused, and what a damaged file leads to.
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usageOf } from '@spendfuse/core';
import { type TempFolder, tempFolder } from '@spendfuse/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCatalogue } from './catalogue.ts';
import { compareCatalogues, modelNames } from './compare.ts';
import { BUILT_IN } from './data-set.ts';
import {
  downloadedData,
  loadPriceData,
  readDownload,
  removeDownload,
  saveDownload,
} from './data-store.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');
const FROM = 'https://example.com/data.json';

type Plain = Record<string, unknown>;

/** The built-in data as a published file, after a change. */
function published(change: (providers: Plain[]) => unknown = () => undefined): string {
  const providers = JSON.parse(JSON.stringify(BUILT_IN.providers)) as Plain[];
  const changed = change(providers) ?? providers;
  return JSON.stringify(changed);
}

function modelOf(providers: Plain[], provider: string, model: string): Plain {
  const { models } = providers.find(({ id }) => id === provider) as { models: Plain[] };
  return models.find(({ id }) => id === model) as Plain;
}

const cheaper = published((providers) => {
  modelOf(providers, 'openai', 'gpt-4o')['prices'] = { input_mtok: 1, output_mtok: 2 };
});

const read = (json: string) => downloadedData({ json, from: FROM, nowMs: NOW_MS });

test('has the prices of the file, and a version by date and content', () => {
  const data = read(cheaper);
  expect(data).toMatchObject({ from: FROM, downloadedAt: '2026-11-22T10:00:00.000Z' });
  expect(data.version).toMatch(/^genai-prices@2026-11-22\.[0-9a-f]{8}$/);
  expect(data.version).not.toBe(read(published()).version);
  const catalogue = createCatalogue({ data });
  const price = catalogue.priceOf({ provider: 'openai', model: 'gpt-4o', nowMs: NOW_MS });
  expect(price?.costOf(usageOf({ inputTokens: 1 }))).toBe(1000);
  expect(catalogue.version).toBe(data.version);
});

test('every price of the built-in data survives the way through a file', () => {
  const catalogues = {
    before: createCatalogue(),
    after: createCatalogue({ data: read(published()) }),
  };
  for (const day of ['2025-01-01T00:00Z', '2025-08-01T17:00Z', '2026-11-22T10:00Z']) {
    const names = modelNames(BUILT_IN);
    expect(compareCatalogues({ ...catalogues, names, nowMs: Date.parse(day) })).toEqual([]);
  }
});

test('constraints of prices may leave out their type', () => {
  const json = published((providers) => {
    modelOf(providers, 'openai', 'gpt-4o')['prices'] = [
      { prices: { input_mtok: 1, output_mtok: 2 } },
      { constraint: { start_date: '2026-11-23' }, prices: { input_mtok: 3, output_mtok: 4 } },
    ];
  });
  const catalogue = createCatalogue({ data: read(json) });
  const costAt = (nowMs: number) =>
    catalogue
      .priceOf({ provider: 'openai', model: 'gpt-4o', nowMs })
      ?.costOf(usageOf({ inputTokens: 1 }));
  expect([costAt(NOW_MS), costAt(NOW_MS + 86_400_000)]).toEqual([1000, 3000]);
});

describe('nonsense is refused', () => {
  const broken = (change: (model: Plain) => unknown) =>
    published((providers) => {
      change(modelOf(providers, 'openai', 'gpt-4o'));
    });
  test.each<[string, string, RegExp]>([
    ['no JSON', '<html>', /^this is no price data: it is no JSON$/],
    ['no list', '{}', /^this is no price data: at the top: /],
    ['no providers', '[]', /it has 0 models and the built-in data has \d+: it is not whole$/],
    ['half of it', published((all) => all.slice(0, 20)), /it is not whole$/],
    ['no prices', broken((model) => delete model['prices']), /at openai\.models\.gpt-4o\.prices/],
    ['a negative price', broken((m) => (m['prices'] = { input_mtok: -1 })), /gpt-4o\.prices/],
    ['a price as text', broken((m) => (m['prices'] = { input_mtok: '1' })), /gpt-4o\.prices/],
    ['too dear', broken((m) => (m['prices'] = { input_mtok: 1e7 })), /gpt-4o\.prices/],
    ['a rule not known', broken((m) => (m['match'] = { sounds_like: 'x' })), /gpt-4o\.match/],
    ['a wrong pattern', broken((m) => (m['match'] = { regex: '(' })), /gpt-4o\.match/],
    [
      'a condition not known',
      broken((m) => (m['prices'] = [{ constraint: { moon: 'full' }, prices: { input_mtok: 1 } }])),
      /gpt-4o\.prices/,
    ],
  ])('%s', (_, json, message) => {
    expect(() => read(json)).toThrowError(expect.objectContaining({ code: 'CONFIG' }));
    expect(() => read(json)).toThrowError(message);
  });
});

describe('a file on disk', () => {
  let folder: TempFolder;
  let path: string;
  const warnings: string[] = [];
  const load = () => loadPriceData({ path, warn: (message) => void warnings.push(message) });

  beforeEach(async () => {
    folder = await tempFolder({ prefix: 'prices ' });
    path = join(folder.path, 'state', 'prices.json');
    warnings.length = 0;
  });

  afterEach(() => folder.remove());

  test('is what was saved, alone in its folder', async () => {
    expect(await load()).toBe(BUILT_IN);
    const data = read(cheaper);
    await saveDownload(path, data);
    expect(await readDownload(path)).toEqual(data);
    expect((await load()).version).toBe(data.version);
    expect(readdirSync(join(folder.path, 'state'))).toEqual(['prices.json']);
    expect(warnings).toEqual([]);
  });

  test('can be removed', async () => {
    await saveDownload(path, read(cheaper));
    expect(await removeDownload(path)).toBe(true);
    expect(await removeDownload(path)).toBe(false);
    expect(await load()).toBe(BUILT_IN);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['cut short', (text) => text.slice(0, 5000), /is damaged: it is not as it was written/],
    [
      'changed by hand',
      (text) => text.replace('"input_mtok":1,', '"input_mtok":0.001,'),
      /is damaged: its content is not what was downloaded/,
    ],
    ['something else', () => '{"a":1}', /is damaged: it is not as it was written/],
    [
      'emptied, with a sum that fits',
      () =>
        '{"from":"x","downloadedAt":"2026-11-22T10:00:00.000Z","sha256":"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","providers":[]}',
      /is damaged: this is no price data: it has 0 models/,
    ],
  ])('%s: a warning, and the built-in prices', async (_, damage, warning) => {
    await saveDownload(path, read(cheaper));
    await writeFile(path, damage(await readFile(path, 'utf8')));
    expect(await load()).toBe(BUILT_IN);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    expect(warnings[0]).toMatch(/run `spendfuse prices update` again; the built-in prices/);
  });

  test('a folder in its place: a warning, and the built-in prices', async () => {
    path = folder.path;
    expect(await load()).toBe(BUILT_IN);
    expect(warnings[0]).toMatch(/is damaged: it cannot be read \(EISDIR\)/);
  });

  test('a place that cannot be written is an error that names it', async () => {
    await writeFile(join(folder.path, 'state'), '');
    await expect(saveDownload(path, read(cheaper))).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/prices\.json \((ENOTDIR|EEXIST)\)$/),
    });
  });
});
