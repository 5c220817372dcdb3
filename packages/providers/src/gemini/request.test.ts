// What a Gemini request asks for, its bound, and how it is changed.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Metered, RequestFacts } from '../provider.ts';
import { gemini } from './index.ts';

const at = (method: string, model = 'gemini-2.5-flash') =>
  gemini.match({ method: 'POST', path: `/v1beta/models/${model}:${method}` }) as Metered;
const contents = [{ role: 'user', parts: [{ text: 'Hello, sea.' }] }];
const asked = (body: JsonObject, model?: string): RequestFacts =>
  gemini.request(at('generateContent', model), { contents, ...body });

describe('paths', () => {
  test.each([
    ['/v1beta/models/gemini-2.5-flash:generateContent', 'generateContent', 'generate_content'],
    [
      '/v1/models/gemini-2.5-flash:streamGenerateContent',
      'streamGenerateContent',
      'generate_content',
    ],
    ['/v1beta/tunedModels/mine:generateContent', 'generateContent', 'generate_content'],
    ['/v1beta/models/gemini-embedding-001:embedContent', 'embedContent', 'embeddings'],
    ['/v1beta/models/gemini-embedding-001:batchEmbedContents', 'batchEmbedContents', 'embeddings'],
    ['/v1beta/models/imagen-4.0-generate-001:predict', 'predict', 'generate_content'],
    ['/v1beta/interactions', 'interactions', 'generate_content'],
    ['/v1beta/openai/chat/completions', 'chat.completions', 'chat'],
    ['/v1beta/openai/embeddings', 'embeddings', 'embeddings'],
    [
      '/gateway/google/v1beta/models/gemini-2.5-flash:generateContent/',
      'generateContent',
      'generate_content',
    ],
  ])('%s is metered', (path, api, operation) => {
    expect(gemini.match({ method: 'POST', path })).toMatchObject({
      kind: 'metered',
      api,
      operation,
      path,
    });
  });

  test.each([
    ['POST', '/v1beta/models/gemini-2.5-flash:countTokens', 'free'],
    ['GET', '/v1beta/models', 'free'],
    ['POST', '/upload/v1beta/files', 'free'],
    ['POST', '/v1beta/interactions/v1_abc/cancel', 'free'],
    ['GET', '/v1beta/interactions/v1_abc', 'free'],
    ['GET', '/v1beta/cachedContents', 'free'],
    ['DELETE', '/v1beta/cachedContents/c1', 'free'],
    ['POST', '/v1beta/cachedContents', 'unknown'],
    ['PATCH', '/v1beta/cachedContents/c1', 'unknown'],
    ['POST', '/v1beta/models/gemini-2.5-flash:batchGenerateContent', 'unknown'],
    ['POST', '/v1beta/models/gemini-embedding-001:asyncBatchEmbedContent', 'unknown'],
    ['POST', '/v1beta/models/veo-3.1:predictLongRunning', 'unknown'],
    ['POST', '/v1beta/tunedModels', 'unknown'],
  ])('%s %s is %s', (method, path, kind) => {
    expect(gemini.match({ method, path })).toEqual({ kind });
  });
});

describe('what is asked for', () => {
  test('the limit holds for thoughts and answer, and each candidate has its own', () => {
    const generationConfig = { maxOutputTokens: 300, candidateCount: 2 };
    expect(asked({ generationConfig })).toMatchObject({
      model: 'gemini-2.5-flash',
      stream: false,
      maxOutputTokens: 300,
      choices: 2,
      clampable: true,
      downgradable: true,
    });
  });

  test.each([
    [{ generation_config: { max_output_tokens: 300, candidate_count: 2 } }],
    [{ generationConfig: { maxOutputTokens: '300', candidateCount: '2' } }],
  ])('the other spellings of protocol buffers: %j', (body) => {
    expect(asked(body)).toMatchObject({ maxOutputTokens: 300, choices: 2 });
  });

  test.each([0, -1, 2.5, 1e300, null, 'many', {}])('%j is no limit', (maxOutputTokens) => {
    expect(asked({ generationConfig: { maxOutputTokens } }).maxOutputTokens).toBeUndefined();
  });

  test.each([
    ['gemini-2.5-flash', {}, true],
    ['gemini-2.5-flash', { thinkingConfig: { thinkingBudget: 0 } }, false],
    ['gemini-2.5-pro', { thinkingConfig: { thinkingBudget: 0 } }, true],
    ['gemini-3-pro-preview', { thinkingConfig: { thinkingLevel: 'LOW' } }, true],
    ['gemini-2.0-flash', {}, false],
    ['gemini-2.0-flash-thinking-exp', {}, true],
    ['gemini-2.0-flash', { responseModalities: ['TEXT', 'IMAGE'] }, true],
    ['one-that-nobody-knows', {}, true],
  ])('%s with %j makes output that no stream shows: %s', (model, generationConfig, hidden) => {
    expect(asked({ generationConfig }, model).hiddenOutput).toBe(hidden);
  });

  test.each([
    [{ cachedContent: 'cachedContents/c1' }, true],
    [{ tools: [{ functionDeclarations: [{ name: 'f' }] }] }, false],
    [{ tools: [{ googleSearch: {} }] }, true],
    [{ tools: [{ url_context: {} }] }, true],
    [{ tools: [{ codeExecution: {} }] }, true],
    [
      {
        contents: [
          { parts: [{ fileData: { fileUri: 'https://x/v.mp4', mimeType: 'video/mp4' } }] },
        ],
      },
      true,
    ],
    [
      { contents: [{ parts: [{ inlineData: { data: 'AAAA', mimeType: 'application/pdf' } }] }] },
      true,
    ],
    [{ contents: [{ parts: [{ inlineData: { data: 'AAAA', mimeType: 'image/png' } }] }] }, false],
    [{ contents: [{ parts: [{ inlineData: { data: 'AAAA', mimeType: 'audio/wav' } }] }] }, false],
  ])('%j: some of the input is not to be seen: %s', (body, soft) => {
    expect(asked(body).softInput).toBe(soft);
  });

  test('a search is billed by the prompt, from Gemini 3 on by the query', () => {
    const tools = [{ googleSearch: {} }];
    expect(asked({ tools }).webSearches).toBe(1);
    expect(asked({ tools }, 'gemini-3-pro').webSearches).toBe(10);
    expect(asked({}).webSearches).toBe(0);
  });

  test.each([
    [['AUDIO'], 'audio'],
    [['TEXT', 'IMAGE'], 'image'],
    [['TEXT'], undefined],
  ])('output as %j is at the price of %s', (responseModalities, media) => {
    expect(asked({ generationConfig: { responseModalities } }).outputMedia).toBe(media);
  });

  test('embeddings have no output and no other model', () => {
    const facts = gemini.request(at('embedContent', 'gemini-embedding-001'), { content: {} });
    expect(facts).toMatchObject({ maxOutputTokens: 0, clampable: false, downgradable: false });
  });

  test.each(['interactions', 'openai/chat/completions'])('%s: models/… is the model', (api) => {
    const match = gemini.match({ method: 'POST', path: `/v1beta/${api}` }) as Metered;
    const body = { model: 'models/gemini-2.5-pro', input: 'x', messages: [] };
    expect(gemini.request(match, body).model).toBe('gemini-2.5-pro');
  });

  test('an interaction names its model in the body; one in the background hides all it makes', () => {
    const match = gemini.match({ method: 'POST', path: '/v1beta/interactions' }) as Metered;
    const body = {
      model: 'gemini-2.0-flash',
      input: 'Hello, sea.',
      stream: true,
      generation_config: { max_output_tokens: 70 },
      service_tier: 'flex',
    };
    const facts = gemini.request(match, body);
    expect(facts).toMatchObject({
      model: 'gemini-2.0-flash',
      stream: true,
      maxOutputTokens: 70,
      tier: 'flex',
      hiddenOutput: false,
      softInput: false,
    });
    expect(gemini.request(match, { ...body, background: true }).hiddenOutput).toBe(true);
    expect(gemini.request(match, { ...body, previous_interaction_id: 'v1_a' }).softInput).toBe(
      true,
    );
    const agent = gemini.request(match, { agent: 'deep-research', input: 'The sea.' });
    expect(agent).toMatchObject({ model: 'deep-research', clampable: false, downgradable: false });
  });
});

describe('bound', () => {
  const bound = (body: JsonObject, model?: string) =>
    gemini.bound(at('generateContent', model), body);

  test('texts, instructions, tools and schemas count, and nothing less than their bytes', () => {
    const { texts, maxTokens } = bound({
      contents: [{ role: 'user', parts: [{ text: 'Grüße' }] }],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [{ name: 'tide', description: 'd' }] }],
      generationConfig: { responseSchema: { type: 'STRING' } },
    });
    expect(texts).toEqual([
      'Grüße',
      'Be brief.',
      '{"name":"tide","description":"d"}',
      '{"type":"STRING"}',
    ]);
    expect(maxTokens).toBeGreaterThan(Buffer.byteLength(texts.join('')));
  });

  test('what a tool was called with is read with its names, media in an answer as media', () => {
    const image = { inlineData: { mimeType: 'image/png', data: 'A'.repeat(1000) } };
    const { texts, extraTokens } = bound({
      contents: [
        { role: 'model', parts: [{ functionCall: { name: 'tide', args: { place: 'Husum' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'tide', response: { image } } }] },
      ],
    });
    expect(texts).toEqual(['tide', '{"place":"Husum"}', 'tide', '{}']);
    expect(extraTokens).toBeGreaterThan(24 * 258);
  });

  test.each([
    ['gemini-2.5-flash', 'image/png', 6_192],
    ['gemini-3-pro', 'image/png', 2_240],
    ['gemini-2.5-flash', 'audio/wav', 1_875],
    ['gemini-2.5-flash', 'video/mp4', 3_750],
    ['gemini-2.5-flash', 'application/pdf', 30_000],
  ])('%s: 30 kB of %s', (model, mimeType, tokens) => {
    const inlineData = { mimeType, data: 'A'.repeat(40_000) };
    const without = bound({ contents: [{ parts: [{}] }] }, model).maxTokens;
    const { maxTokens } = bound({ contents: [{ parts: [{ inlineData }] }] }, model);
    expect(maxTokens - without).toBe(tokens);
  });

  test('sealed thoughts that come back are input', () => {
    const part = { text: 'x', thoughtSignature: 'A'.repeat(4000) };
    expect(bound({ contents: [{ parts: [part] }] }).extraTokens).toBeGreaterThan(3000);
  });

  test('embeddings, one or many', () => {
    const request = { model: 'models/e', content: { parts: [{ text: 'The sea' }] } };
    const one = gemini.bound(at('embedContent', 'e'), request);
    const many = gemini.bound(at('batchEmbedContents', 'e'), { requests: [request, request] });
    expect(one.texts).toEqual(['The sea']);
    expect(many.texts).toEqual(['The sea', 'The sea']);
  });

  test('garbage is no exception', () => {
    for (const value of [null, 7, 'x', [null], [[[]]], { parts: 'x' }, [{ parts: [null, 3] }]]) {
      expect(
        bound({ contents: value, tools: value, generationConfig: value }).maxTokens,
      ).toBeGreaterThan(0);
    }
  });
});

describe('rewrite', () => {
  const match = at('generateContent');

  test('the model is named by the path', () => {
    const { path, body } = gemini.rewrite(match, { contents }, { model: 'gemini-2.5-flash-lite' });
    expect(path).toBe('/v1beta/models/gemini-2.5-flash-lite:generateContent');
    expect(body).toEqual({ contents });
  });

  test('a limit is lowered and never raised, in the spelling that is there', () => {
    const lower = (body: JsonObject) => gemini.rewrite(match, body, { maxOutputTokens: 100 }).body;
    expect(lower({})).toEqual({ generationConfig: { maxOutputTokens: 100 } });
    expect(lower({ generationConfig: { topK: 1, maxOutputTokens: 50 } })).toEqual({
      generationConfig: { topK: 1, maxOutputTokens: 50 },
    });
    expect(lower({ generation_config: { max_output_tokens: 500 } })).toEqual({
      generation_config: { max_output_tokens: 100 },
    });
    expect(lower({ generationConfig: { maxOutputTokens: 0 } })).toEqual({
      generationConfig: { maxOutputTokens: 100 },
    });
  });

  test('a thinking budget above the limit stays: the limit holds for both', () => {
    const thinkingConfig = { thinkingBudget: 4096 };
    const { body } = gemini.rewrite(
      match,
      { generationConfig: { thinkingConfig } },
      {
        maxOutputTokens: 100,
      },
    );
    expect(body).toEqual({ generationConfig: { thinkingConfig, maxOutputTokens: 100 } });
  });

  test('an interaction has all of it in the body', () => {
    const interactions = gemini.match({ method: 'POST', path: '/v1beta/interactions' }) as Metered;
    const change = { model: 'gemini-3-flash', maxOutputTokens: 9 };
    expect(gemini.rewrite(interactions, { model: 'gemini-3-pro', input: 'x' }, change)).toEqual({
      body: { model: 'gemini-3-flash', input: 'x', generation_config: { max_output_tokens: 9 } },
    });
  });
});
