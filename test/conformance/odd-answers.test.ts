// Answers with status 200 that are none: a page of a gateway, nothing at all, half a body, bytes that nobody
// unpacked, an error. Every call ends once, and is never charged more than it held, or nothing by mistake.
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkEach } from '../support/conformance.ts';
import { type Exchange, loadExchanges } from '../support/outcomes-exchanges.ts';
import { createRecordingTelemetry } from '../support/outcomes-telemetry.ts';
import { createRecordingGuard } from '../support/recording-guard.ts';
import { HELD_OUTPUT, replay } from '../support/outcomes-replay.ts';

/** One of every form that an answer can have. */
const forms: readonly Exchange[] = [
  ...Map.groupBy(
    loadExchanges().filter(({ isRecorded, status, usage }) => !isRecorded && status < 400 && usage),
    ({ provider, match, isStream }) => `${provider.name} ${match.api} ${isStream}`,
  ).values(),
].map(([first]) => first as Exchange);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';

type Oddity = (exchange: Exchange) => Pick<Exchange, 'body' | 'contentType'>;

const ODDITIES: Readonly<Record<string, Oddity>> = {
  'a page of a gateway': () => ({ body: bytes('<html>Please sign in.</html>'), contentType: HTML }),
  'nothing at all': ({ contentType }) => ({ body: bytes(''), contentType }),
  'JSON that is no object': () => ({ body: bytes('[null]'), contentType: JSON_TYPE }),
  'another object': () => ({ body: bytes('{"status":"ok"}'), contentType: JSON_TYPE }),
  'packed bytes': ({ body, contentType }) => ({ body: gzipSync(body), contentType }),
  'the beginning of it': ({ body, contentType }) => ({ body: body.slice(0, 9), contentType }),
};

test.each(Object.entries(ODDITIES))('%s', async (_, oddity) => {
  expect(forms.length).toBeGreaterThan(40);
  await checkEach(forms, async (form) => {
    const exchange: Exchange = { ...form, ...oddity(form), headers: new Headers() };
    const chunks = exchange.body.length > 0 ? [exchange.body] : [];
    const { commits, releases, records, ...seen } = await replay({ exchange, chunks });
    expect({ commits: commits.length, releases, records }).toEqual({
      commits: 1,
      releases: [],
      records: [],
    });
    expect(Buffer.from(seen.bytes)).toEqual(Buffer.from(exchange.body));
    expect(seen.error).toBeUndefined();
    const { usage, usageSource } = commits[0]!;
    expect(usageSource).toBe('estimated');
    expect(usage.inputTokens).toBe(seen.inputBound);
    expect(usage.outputTokens).toBeLessThanOrEqual(HELD_OUTPUT);
  });
});

/** As each of them says it, in the place of an answer. */
const ERRORS: readonly (readonly [providers: RegExp, body: object])[] = [
  [/^anthropic$/u, { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } }],
  [/^gcp\./u, { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Busy.' } }],
  [/^cohere$/u, { message: 'Busy.' }],
  [/^voyage$/u, { detail: 'Busy.' }],
  [/^mistral_ai$/u, { object: 'error', type: 'rate_limited', message: 'Busy.' }],
  [/^ollama/u, { error: 'Busy.' }],
  [/^(?!aws\.bedrock$|parrot$)/u, { error: { code: 'insufficient_quota', message: 'Busy.' } }],
];

test('an error with status 200 costs nothing, streamed or not', async () => {
  // Below its compatibility paths a provider answers as OpenAI does.
  const own = forms.filter(({ match }) => !/^(?:chat\.completions|embeddings)$/u.test(match.api));
  await checkEach(
    [...own, ...forms.filter(({ provider }) => provider.name === 'openai')],
    async (form) => {
      const said = ERRORS.find(([names]) => names.test(form.provider.name))?.[1];
      if (!said) return;
      const body = bytes(JSON.stringify(said));
      const exchange: Exchange = { ...form, body, contentType: JSON_TYPE, headers: new Headers() };
      const { commits, releases } = await replay({ exchange, chunks: [body] });
      expect({ commits, releases: releases.length }).toEqual({ commits: [], releases: 1 });
    },
  );
});

test('an answer without a body is charged its input', async () => {
  await checkEach(forms, async ({ provider, match, url, request }) => {
    const telemetry = createRecordingTelemetry();
    const { authority, guard } = createRecordingGuard({ telemetry });
    const body = { kind: 'json', text: JSON.stringify(request) } as const;
    const send = async (): Promise<Response> => new Response(null, { status: 204 });
    await guard.call({ provider, match, request: { url, body }, send });
    const [commit] = authority.commits;
    expect(commit?.usage.inputTokens).toBe(provider.bound(match, request).maxTokens);
    expect(authority.releases).toEqual([]);
  });
});

test('a length that is told is that of what is read, also where the usage asked for is kept back', async () => {
  const streams = forms.filter(({ isStream }) => isStream);
  const shortened: string[] = [];
  await checkEach(streams, async ({ provider, match, url, request, body, contentType }) => {
    const telemetry = createRecordingTelemetry();
    const { guard } = createRecordingGuard({ telemetry });
    const { stream_options: _, ...asked } = request as Record<string, unknown>;
    const headers = { 'content-type': contentType, 'content-length': String(body.length) };
    const answer = await guard.call({
      provider,
      match,
      request: { url, body: { kind: 'json', text: JSON.stringify(asked) } },
      send: async () => new Response(Buffer.from(body), { headers }),
    });
    const told = answer.headers.get('content-length');
    const read = (await answer.bytes()).length;
    if (read < body.length) shortened.push(provider.name);
    expect(Number(told ?? read)).toBe(read);
  });
  expect(shortened).toContain('openai');
});
