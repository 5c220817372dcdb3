// Limits on output by the model's maker, and how they are lowered; what hides output; tiers.
import { describe, expect, it, test } from 'vitest';
import type { JsonObject, Metered } from '../provider.ts';
import { bedrock } from './index.ts';

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'us.amazon.nova-pro-v1:0';
const chat = { messages: [{ role: 'user', content: [{ text: 'Hi.' }] }] };

function metered(model: string, action = 'converse'): Metered {
  const path = `/model/${encodeURIComponent(model)}/${action}`;
  const match = bedrock.match({ method: 'POST', path });
  if (match.kind !== 'metered') throw new Error(`${path} is not metered`);
  return match;
}

const factsOf = (match: Metered, body: JsonObject) => bedrock.request(match, body);
const clamped = (match: Metered, body: JsonObject) =>
  bedrock.rewrite(match, body, { maxOutputTokens: 50 }).body;

describe('InvokeModel has a limit of its own for each maker', () => {
  const profile = 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc';
  it.each<[model: string, body: JsonObject, lowered: JsonObject]>([
    [SONNET, { anthropic_version: 'x', max_tokens: 90 }, { max_tokens: 50 }],
    [
      'anthropic.claude-v2',
      { prompt: 'Hi', max_tokens_to_sample: 90 },
      { max_tokens_to_sample: 50 },
    ],
    [NOVA, { inferenceConfig: { maxTokens: 90 } }, { inferenceConfig: { maxTokens: 50 } }],
    [
      NOVA,
      { inferenceConfig: { max_new_tokens: 90 } },
      { inferenceConfig: { max_new_tokens: 50 } },
    ],
    [
      'amazon.titan-text-express-v1',
      { inputText: 'Hi', textGenerationConfig: { maxTokenCount: 90, topP: 1 } },
      { textGenerationConfig: { maxTokenCount: 50, topP: 1 } },
    ],
    ['meta.llama3-8b-instruct-v1:0', { prompt: 'Hi', max_gen_len: 90 }, { max_gen_len: 50 }],
    ['mistral.mistral-large-2402-v1:0', { prompt: 'Hi', max_tokens: 90 }, { max_tokens: 50 }],
    ['cohere.command-r-v1:0', { message: 'Hi', max_tokens: 90 }, { max_tokens: 50 }],
    ['ai21.j2-ultra-v1', { prompt: 'Hi', maxTokens: 90 }, { maxTokens: 50 }],
    ['openai.gpt-oss-20b-1:0', { ...chat, max_tokens: 90 }, { max_tokens: 50 }],
    [profile, { anthropic_version: 'x', max_tokens: 90 }, { max_tokens: 50 }],
    [profile, { prompt: 'Hi', max_gen_len: 90 }, { max_gen_len: 50 }],
    [profile, { messages: [], maxTokens: 90 }, { maxTokens: 50 }],
  ])('%s %o', (model, body, lowered) => {
    const match = metered(model, 'invoke');
    expect(factsOf(match, body)).toMatchObject({
      maxOutputTokens: 90,
      clampable: true,
      downgradable: false,
      stream: false,
    });
    expect(clamped(match, body)).toEqual({ ...body, ...lowered });
  });

  it.each<[model: string, lowered: JsonObject]>([
    [NOVA, { inferenceConfig: { maxTokens: 50 } }],
    ['amazon.titan-text-lite-v1', { textGenerationConfig: { maxTokenCount: 50 } }],
    ['meta.llama3-8b-instruct-v1:0', { max_gen_len: 50 }],
    ['openai.gpt-oss-20b-1:0', { max_completion_tokens: 50 }],
    ['qwen.qwen3-32b-v1:0', { max_tokens: 50 }],
  ])('%s gets one that it does not have', (model, lowered) => {
    const match = metered(model, 'invoke');
    expect(factsOf(match, {})).toMatchObject({ maxOutputTokens: undefined, clampable: true });
    expect(clamped(match, {})).toEqual(lowered);
  });

  it('a body that nothing is known of gets none', () => {
    expect(factsOf(metered(profile, 'invoke'), { prompt: 'Hi' }).clampable).toBe(false);
  });

  it('a limit is never raised, and embeddings have none', () => {
    const low = { prompt: 'Hi', max_gen_len: 9 };
    expect(clamped(metered('meta.llama3-8b-instruct-v1:0', 'invoke'), low)).toEqual(low);
    const embed = metered('amazon.titan-embed-text-v2:0', 'invoke');
    expect(factsOf(embed, { inputText: 'Hi' })).toMatchObject({
      maxOutputTokens: 0,
      clampable: false,
    });
  });

  it('several answers are so many times the output', () => {
    const body = { prompt: 'Hi', num_generations: 3 };
    expect(factsOf(metered('cohere.command-text-v14', 'invoke'), body).choices).toBe(3);
  });
});

describe('Converse', () => {
  it('has one limit for all, which is lowered with what Claude may think', () => {
    const body = {
      ...chat,
      inferenceConfig: { maxTokens: 9000, topP: 1 },
      additionalModelRequestFields: {
        thinking: { type: 'enabled', budget_tokens: 4000 },
        top_k: 5,
      },
    };
    const match = metered(SONNET);
    expect(factsOf(match, body)).toMatchObject({ maxOutputTokens: 9000, hiddenOutput: true });
    const { body: lowered } = bedrock.rewrite(match, body, { maxOutputTokens: 3000 });
    expect(lowered).toEqual({
      ...chat,
      inferenceConfig: { maxTokens: 3000, topP: 1 },
      additionalModelRequestFields: {
        thinking: { type: 'enabled', budget_tokens: 2999 },
        top_k: 5,
      },
    });
    expect(clamped(match, body)['additionalModelRequestFields']).toEqual({
      thinking: { type: 'disabled' },
      top_k: 5,
    });
  });

  it('knows the older name of the same', () => {
    const own = { reasoning_config: { type: 'enabled', budget_tokens: 4000 } };
    const body = { ...chat, additionalModelRequestFields: own };
    expect(factsOf(metered(SONNET), body).hiddenOutput).toBe(true);
    expect(clamped(metered(SONNET), body)['additionalModelRequestFields']).toEqual({
      reasoning_config: { type: 'disabled' },
    });
  });

  it('another model may stand in the path, but not where fields are for one model', () => {
    expect(factsOf(metered(NOVA), chat).downgradable).toBe(true);
    expect(bedrock.rewrite(metered(NOVA, 'converse-stream'), chat, { model: SONNET })).toEqual({
      body: chat,
      path: `/model/${encodeURIComponent(SONNET)}/converse-stream`,
    });
    const special = [
      { additionalModelRequestFields: { top_k: 5 } },
      { performanceConfig: { latency: 'optimized' } },
    ];
    for (const fields of special) {
      expect(factsOf(metered(NOVA), { ...chat, ...fields }).downgradable).toBe(false);
    }
    const profile = 'arn:aws:bedrock:us-east-1:1:provisioned-model/abc';
    expect(factsOf(metered(profile), chat).downgradable).toBe(false);
  });

  it.each<[tier: string | undefined, fields: JsonObject]>([
    [undefined, {}],
    [undefined, { serviceTier: { type: 'default' }, performanceConfig: { latency: 'standard' } }],
    ['flex', { serviceTier: { type: 'flex' } }],
    ['priority', { serviceTier: { type: 'priority' } }],
    ['optimized', { performanceConfig: { latency: 'optimized' } }],
  ])('tier %s', (tier, fields) => {
    expect(factsOf(metered(NOVA), { ...chat, ...fields }).tier).toBe(tier);
    const answer = { output: {}, usage: { inputTokens: 1, outputTokens: 1 }, ...fields };
    expect(bedrock.usage('converse', answer).tier).toBe(tier);
  });

  it('InvokeModel tells the tier in headers', () => {
    const tierOf = (header: string, value: string) =>
      bedrock.usage('invoke', {}, new Headers({ [`x-amzn-bedrock-${header}`]: value })).tier;
    expect(tierOf('service-tier', 'flex')).toBe('flex');
    expect(tierOf('service-tier', 'default')).toBeUndefined();
    expect(tierOf('performanceconfig-latency', 'optimized')).toBe('optimized');
  });

  it.each<[hides: boolean, model: string, fields: JsonObject]>([
    [false, SONNET, {}],
    [true, 'anthropic.claude-fable-5', {}],
    [true, SONNET, { guardrailConfig: { guardrailIdentifier: 'gr1', guardrailVersion: '1' } }],
    [true, 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', {}],
    [false, NOVA, {}],
    [true, NOVA, { additionalModelRequestFields: { reasoningConfig: { type: 'enabled' } } }],
    [false, 'us.deepseek.r1-v1:0', {}],
  ])('hides output: %s for %s with %o', (hides, model, fields) => {
    expect(factsOf(metered(model), { ...chat, ...fields }).hiddenOutput).toBe(hides);
  });

  it('input that is not in the request is no hard bound', () => {
    const document = { format: 'pdf', name: 'd', source: { bytes: 'AAAA' } };
    const video = { format: 'mp4', source: { s3Location: { uri: 's3://b/k' } } };
    const system = { toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } };
    for (const block of [{ document }, { video }, { toolResult: { content: [{ document }] } }]) {
      const body = { messages: [{ role: 'user', content: [block] }] };
      expect(factsOf(metered(NOVA), body).softInput).toBe(true);
    }
    expect(factsOf(metered(NOVA), { ...chat, ...system }).softInput).toBe(true);
    expect(factsOf(metered(NOVA), chat).softInput).toBe(false);
  });
});

describe('the bound of the input', () => {
  const boundOf = (body: JsonObject, model = NOVA, action = 'converse') =>
    bedrock.bound(metered(model, action), body);

  test('has every text of a conversation', () => {
    const { texts } = boundOf({
      system: [{ text: 'one' }, { cachePoint: { type: 'default' } }],
      messages: [
        { role: 'user', content: [{ text: 'two' }, { guardContent: { text: { text: 'three' } } }] },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'four', signature: 'AAAA' } } },
            { toolUse: { toolUseId: 't1', name: 'five', input: { six: 6 } } },
          ],
        },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 't1', content: [{ json: { seven: 7 } }] } }],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'eight' } }] },
      outputConfig: { textFormat: { structure: { jsonSchema: { schema: 'nine' } } } },
    });
    const all = texts.join('|');
    for (const word of 'one two three four five six seven eight nine'.split(' ')) {
      expect(all).toContain(word);
    }
    expect(all).not.toMatch(/default|AAAA|t1|user/u);
  });

  test('counts what is no text by the most that it can be', () => {
    const of = (block: JsonObject, model?: string) =>
      boundOf({ messages: [{ role: 'user', content: [block] }] }, model).extraTokens -
      boundOf({ messages: [{ role: 'user', content: [{}] }] }, model).extraTokens;
    const source = { bytes: Buffer.alloc(90_000).toString('base64') };
    expect(of({ image: { format: 'png', source } })).toBe(8_000);
    expect(of({ image: { format: 'png', source } }, SONNET)).toBe(1_600);
    expect(of({ video: { format: 'mp4', source } })).toBe(3_600);
    expect(of({ video: { source: { s3Location: { uri: 's3://b/k' } } } })).toBe(300_000);
    expect(of({ document: { format: 'txt', source } })).toBe(135_008);
    expect(of({ document: { format: 'pdf', source } }, SONNET)).toBe(8 + 22 * (3_000 + 1_600));
    expect(of({ document: { source: { text: 'Hi.' } } })).toBeLessThan(50);
  });

  test('of InvokeModel has all that a body says', () => {
    const { texts } = boundOf(
      { message: 'one', chat_history: [{ role: 'USER', message: 'two' }], max_tokens: 3 },
      'cohere.command-r-v1:0',
      'invoke',
    );
    expect(texts).toEqual(expect.arrayContaining(['one', 'two']));
    const images = { prompt: 'one', images: ['AAAA', 'AAAA'] };
    const llama = boundOf(images, 'us.meta.llama3-2-11b-instruct-v1:0', 'invoke');
    expect(llama).toMatchObject({ texts: ['one'] });
    expect(llama.extraTokens).toBeGreaterThan(16_000);
  });
});
