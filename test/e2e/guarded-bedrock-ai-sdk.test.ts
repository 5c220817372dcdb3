// The AI SDK's Bedrock provider under guard: it signs what it sends, or sends an API key with it.
import { type AmazonBedrockProviderSettings, createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { startFakeBedrock } from '@spendfuse/testkit';
import { generateText, streamText } from 'ai';
import { describe, expect, it, test } from 'vitest';
import { type GuardedBedrock, startGuardedBedrock } from '../support/guarded-bedrock.ts';
import { runProgram } from '../support/hooked-program.ts';
import { grant } from '../support/recording-authority.ts';
import { startTestSidecar } from '../support/sidecar.ts';

const NOVA = 'us.amazon.nova-lite-v1:0';
const prompt = 'How is the sea today?';

const SIGNED = {
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
} as const;
const KEYED = { region: 'us-east-1', apiKey: 'bedrock-api-key-test' } as const;

function modelOf({ fake, fetch }: GuardedBedrock, auth: AmazonBedrockProviderSettings) {
  return createAmazonBedrock({ ...auth, baseURL: fake.origin, fetch })(NOVA);
}

/** Grants less output than was asked for, and another model. */
function clampAll({ authority }: GuardedBedrock): void {
  authority.decide = (request) => {
    const { clampable, downgradable } = request.estimate;
    const model = 'us.amazon.nova-micro-v1:0';
    return {
      ...grant(request),
      ...(clampable && { maxOutputTokens: 12 }),
      ...(downgradable && { model }),
    } as never;
  };
}

describe.each([
  ['signed', SIGNED],
  ['with an API key', KEYED],
] as const)('%s', (_, auth) => {
  it('a text is charged what Bedrock reports', async () => {
    await using guarded = await startGuardedBedrock();
    const { text, usage } = await generateText({ model: modelOf(guarded, auth), prompt });
    expect(text).not.toBe('');
    const [commit] = guarded.authority.commits;
    expect(commit).toMatchObject({
      usageSource: 'provider',
      usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    });
  });

  it('a streamed text is charged what Bedrock reports', async () => {
    await using guarded = await startGuardedBedrock();
    const { textStream, usage } = streamText({ model: modelOf(guarded, auth), prompt });
    let text = '';
    for await (const delta of textStream) text += delta;
    expect(text).toMatch(/^The people of this city/u);
    expect(guarded.authority.commits[0]).toMatchObject({
      usageSource: 'provider',
      usage: { outputTokens: (await usage).outputTokens },
    });
  });
});

describe('a request that is to be changed', () => {
  it('is changed where nothing is signed', async () => {
    await using guarded = await startGuardedBedrock();
    clampAll(guarded);
    await generateText({ model: modelOf(guarded, KEYED), prompt, maxOutputTokens: 100 });
    expect(guarded.fake.calls[0]).toMatchObject({
      model: 'us.amazon.nova-micro-v1:0',
      outputTokens: 12,
      body: { inferenceConfig: { maxTokens: 12 } },
    });
  });

  it('is said to be unchangeable where it is signed, and stays as it is', async () => {
    await using guarded = await startGuardedBedrock();
    clampAll(guarded);
    await generateText({ model: modelOf(guarded, SIGNED), prompt, maxOutputTokens: 100 });
    const [reserve] = guarded.authority.reserves;
    expect(reserve?.estimate).toMatchObject({ clampable: false, downgradable: false });
    const [call] = guarded.fake.calls;
    expect(call?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 /u);
    expect(call).toMatchObject({ model: NOVA, body: { inferenceConfig: { maxTokens: 100 } } });
  });

  it('stays as it is even where the authority grants a change that was not offered', async () => {
    await using guarded = await startGuardedBedrock();
    guarded.authority.decide = (request) => ({ ...grant(request), maxOutputTokens: 12 }) as never;
    await generateText({ model: modelOf(guarded, SIGNED), prompt, maxOutputTokens: 100 });
    expect(guarded.fake.calls[0]?.body).toMatchObject({ inferenceConfig: { maxTokens: 100 } });
  });
});

const CLAMPED = `
budgets:
  - id: each
    limits: [300 tokens/request]
    onShortage: [clamp: { minOutputTokens: 16 }, deny]
`;

test('under the preload: what is to be clamped is, with a key; what is signed is refused', async () => {
  await using sidecar = await startTestSidecar({ config: CLAMPED });
  await using fake = await startFakeBedrock();
  const ask = async (auth: object): Promise<readonly unknown[]> => {
    const { said, stderr } = await runProgram({
      imports: {
        '@ai-sdk/amazon-bedrock': '{ createAmazonBedrock }',
        ai: '{ generateText }',
        spendfuse: '{ BudgetExceededError }',
      },
      env: {
        SPENDFUSE_ENDPOINT: sidecar.endpoint,
        SPENDFUSE_HOSTS: `${fake.origin}=aws.bedrock`,
        AWS_BEARER_TOKEN_BEDROCK: undefined,
      },
      source: `
        const bedrock = createAmazonBedrock(${JSON.stringify({ ...auth, baseURL: fake.origin })});
        const asked = { model: bedrock('${NOVA}'), prompt: 'Hi.', maxOutputTokens: 5000 };
        await generateText({ ...asked, maxRetries: 0 }).then(
          ({ usage }) => say(usage.outputTokens),
          (error) => say(BudgetExceededError.from(error)?.reason ?? String(error)),
        );
      `,
    });
    expect(stderr).toBe('');
    return said;
  };
  expect(await ask(KEYED)).toEqual([40]);
  expect(await ask(SIGNED)).toEqual(['TOO_LARGE']);
  expect(fake.calls).toHaveLength(1);
  const sent = JSON.stringify(fake.calls[0]?.body);
  expect(Number(/"maxTokens":(\d+)/u.exec(sent)?.[1])).toBeLessThan(300);
});
