// All exchanges through a guarded call: what is charged is what the provider reported, to the token.
import { expect, test } from 'vitest';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import { replay } from '../support/outcomes-replay.ts';

const exchanges = loadExchanges();
const reported = exchanges.filter(({ usage, status }) => usage !== null && status < 400);

async function check(exchange: Exchange): Promise<void> {
  const { commits, releases, bytes } = await replay({ exchange, chunks: [exchange.body] });
  expect(releases).toEqual([]);
  expect(commits).toHaveLength(1);
  const { usage, usageSource } = commits[0]!;
  expect(usageSource).toBe('provider');
  expect({
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    reasoning_tokens: usage.reasoningTokens,
    web_searches: usage.webSearches,
    input_audio_tokens: usage.inputAudioTokens,
    input_image_tokens: usage.inputImageTokens,
  }).toMatchObject(exchange.usage ?? {});
  expect(bytes.length).toBeGreaterThan(0);
}

test(`${reported.length} of ${exchanges.length} exchanges report a usage, and it is what is charged`, async () => {
  const providers = new Set(reported.map(({ provider }) => provider.name));
  expect([...providers].toSorted()).toEqual(
    expect.arrayContaining(['anthropic', 'azure.ai.openai', 'gcp.gemini', 'openai']),
  );
  for (const exchange of reported) {
    try {
      await check(exchange);
    } catch (error) {
      throw new Error(`${exchange.name}: ${String(error)}`, { cause: error });
    }
  }
});

test('an exchange that failed is charged no output, and input only where its provider bills that', async () => {
  for (const exchange of exchanges.filter(({ status }) => status >= 400)) {
    const { commits, releases } = await replay({ exchange, chunks: [exchange.body] });
    const output = commits.map(({ usage }) => usage.outputTokens);
    const isFiltered = exchange.name === 'azure-openai/chat-filtered.json';
    expect({ name: exchange.name, output, releases: releases.length }).toEqual({
      name: exchange.name,
      output: isFiltered ? [0] : [],
      releases: isFiltered ? 0 : 1,
    });
  }
});
