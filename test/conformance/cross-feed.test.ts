// Every exchange through every other provider's functions: a host that was set wrong must not break a
// call. Nothing throws, nothing changes what it was given, and what is read can be counted.
import { checkUsage } from '@spendfuse/core';
import {
  type JsonObject,
  type Metered,
  type Provider,
  type ResponseFacts,
  type StreamEvent,
  type StreamFacts,
} from '@spendfuse/providers';
import { expect, test } from 'vitest';
import { checkEach } from '../support/conformance.ts';
import { type Exchange, loadExchanges, providers } from '../support/outcomes-exchanges.ts';

const exchanges = loadExchanges();

/** What each provider meters, by one call of each API that any exchange leads to. */
const spoken = new Map(
  providers.map((provider) => {
    const paths = new Set(exchanges.map(({ url }) => url.pathname));
    const found = [...paths, ...exchanges.filter((each) => each.provider === provider)]
      .map((each) =>
        typeof each === 'string' ? provider.match({ method: 'POST', path: each }) : each.match,
      )
      .filter((match) => match.kind === 'metered');
    return [provider, [...new Map(found.map((match) => [match.api, match])).values()]] as const;
  }),
);

test.each([...spoken].map(([provider, apis]) => [provider.name, provider, apis] as const))(
  '%s reads what others say',
  async (_, provider, apis) => {
    expect(apis.length).toBeGreaterThan(0);
    const others = exchanges.filter((exchange) => exchange.provider !== provider);
    await checkEach(others, (exchange) => {
      checkMatch(provider, exchange);
      const pieces = piecesOf(exchange);
      for (const match of apis) {
        checkRequest(provider, match, frozen(exchange.request));
        checkBodies(provider, match, { pieces, exchange });
        checkStream(provider, match, pieces);
      }
    });
  },
);

function checkMatch(provider: Provider, { url }: Exchange): void {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    for (const path of [url.pathname, `${url.pathname}/`, '/', '']) {
      const match = provider.match({ method, path });
      if (match.kind === 'metered') {
        checkTypes(match, { api: 'string', operation: 'string' });
        expect(match.path).toBe(path);
      } else expect(['free', 'unknown']).toContain(match.kind);
    }
  }
}

function checkRequest(provider: Provider, match: Metered, body: JsonObject): void {
  const facts = provider.request(match, body);
  checkTypes(facts, {
    model: 'string',
    stream: 'boolean',
    clampable: 'boolean',
    downgradable: 'boolean',
    softInput: 'boolean',
    wantsUsageOption: 'boolean',
    hiddenOutput: 'boolean',
  });
  const { maxOutputTokens = 0, choices, webSearches, bytesPerOutputToken = 1 } = facts;
  checkCounts({ maxOutputTokens, choices, webSearches });
  if (!(bytesPerOutputToken > 0)) expect(bytesPerOutputToken).toBeGreaterThan(0);
  const { texts, extraTokens, maxTokens, ...media } = provider.bound(match, body);
  const { audioTokens = 0, imageTokens = 0 } = media;
  checkCounts({ extraTokens, maxTokens, audioTokens, imageTokens });
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), extraTokens);
  if (maxTokens < bytes) expect(maxTokens).toBeGreaterThanOrEqual(bytes);
  for (const change of [{ maxOutputTokens: 7 }, { model: 'another' }, { includeUsage: true }]) {
    const rewritten = provider.rewrite(match, body, change);
    checkTypes(rewritten, { body: 'object' });
    if (rewritten.path !== undefined) checkTypes(rewritten, { path: 'string' });
  }
}

interface Fed {
  readonly pieces: readonly StreamEvent[];
  readonly exchange: Exchange;
}

/** The body as it is, events by themselves, and all events as one list. */
function checkBodies(provider: Provider, { api }: Metered, { pieces, exchange }: Fed): void {
  const some = [...pieces.slice(0, 5), ...pieces.slice(-5)].map(({ data }) => frozen(parse(data)));
  for (const body of [...some, some, pieces[0]?.data, undefined, null]) {
    checkFacts(provider.usage(api, body, exchange.headers));
  }
  checkFacts(provider.usage(api, some[0]));
}

function checkStream(provider: Provider, { api }: Metered, pieces: readonly StreamEvent[]): void {
  const reader = provider.stream(api);
  const step = Math.ceil(pieces.length / 10);
  for (const [place, piece] of pieces.entries()) {
    checkTypes(reader.read(piece), { usageOnly: 'boolean', terminal: 'boolean', output: 'string' });
    if (place % step === 0) checkStreamFacts(reader.facts());
  }
  checkStreamFacts(reader.facts());
}

function checkStreamFacts(facts: StreamFacts): void {
  checkFacts(facts);
  const { isUsageFinal, uncountedText, uncountedEvents, uncountedToolCalls = 0 } = facts;
  checkTypes({ isUsageFinal, uncountedText }, { isUsageFinal: 'boolean', uncountedText: 'string' });
  checkCounts({ uncountedEvents, uncountedToolCalls, outputEvents: facts.outputEvents });
}

function checkFacts(facts: ResponseFacts): void {
  const { usage, id, model, tier, errorType, finishReasons } = facts;
  if (usage) checkUsage(usage);
  for (const { model: other, usage: also } of facts.alsoUsed ?? []) {
    expect(other).not.toBe('');
    checkUsage(also);
  }
  for (const text of [id, model, tier, errorType, ...finishReasons]) {
    if (text !== undefined && (typeof text !== 'string' || text === '')) expect(text).toBe('text');
  }
  checkCounts({ cost: Math.round(facts.reportedCostNanoUsd ?? 0) });
}

/** By hand, as there are millions: an assertion is made of what is wrong only. */
function checkTypes(value: object, types: Readonly<Record<string, string>>): void {
  for (const [name, type] of Object.entries(types)) {
    const part = (value as JsonObject)[name];
    if (typeof part !== type || part === null) expect({ [name]: part }).toEqual({ [name]: type });
  }
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) expect({ [name]: count }).toEqual('a count');
  }
}

/** Events of a stream in any framing, or the whole body. */
function piecesOf({ isStream, body }: Exchange): readonly StreamEvent[] {
  const text = new TextDecoder().decode(body);
  if (!isStream) return [{ name: undefined, data: text }];
  let name: string | undefined;
  return text.split(/[\r\n]+/u).flatMap((line) => {
    name = /^event: ?(.*)$/u.exec(line)?.[1] ?? name;
    const data = /^data: ?(.*)$/u.exec(line)?.[1] ?? /\{.*\}/u.exec(line)?.[0];
    return data === undefined ? [] : [{ name, data }];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Whoever changes it throws. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
