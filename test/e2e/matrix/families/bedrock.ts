// @aws-sdk/client-bedrock-runtime against Amazon Bedrock.
import type * as aws from '@aws-sdk/client-bedrock-runtime';
import { collect, type GoesOn } from '../../../support/collect.ts';
import type { Family } from '../family.ts';

type Sdk = typeof aws;

/** A client, and the commands that it is sent. */
interface Client {
  readonly sdk: Sdk;
  readonly client: aws.BedrockRuntimeClient;
}

const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const content = 'Say something about the sea.';
const talk: aws.ConverseCommandInput = {
  modelId,
  messages: [{ role: 'user', content: [{ text: content }] }],
  inferenceConfig: { maxTokens: 500 },
};
const raw: aws.InvokeModelCommandInput = {
  modelId,
  contentType: 'application/json',
  body: JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 500,
    messages: [{ role: 'user', content }],
  }),
};

/** The SDK goes on with a stream that is left, on a connection of its own that nothing closes. */
const GOES_ON = ['left'] as const;

const abortOf = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {});

export const family: Family = {
  title: 'Amazon Bedrock',
  provider: 'aws.bedrock',
  sdks: [
    {
      name: '@aws-sdk/client-bedrock-runtime',
      version: '3.1163',
      module: '@aws-sdk/client-bedrock-runtime',
    },
    { name: '@aws-sdk/client-bedrock-runtime', version: '3.691', module: 'bedrock-old' },
  ],
  clientOf(sdk: Sdk, { origin, headers, retries }): Client {
    const client = new sdk.BedrockRuntimeClient({
      region: 'us-east-1',
      endpoint: origin,
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      maxAttempts: retries ? 3 : 1,
    });
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, headers);
        return next(args);
      },
      { step: 'build' },
    );
    return { sdk, client };
  },
  styles: [
    {
      name: 'ConverseCommand',
      streams: false,
      run: async ({ client, sdk }: Client, signal) => {
        const { $metadata, ...rest } = await client.send(
          new sdk.ConverseCommand(talk),
          abortOf(signal),
        );
        return [$metadata.httpStatusCode, rest];
      },
    },
    {
      name: 'ConverseStreamCommand',
      streams: true,
      never: GOES_ON,
      run: async ({ client, sdk }: Client, signal, goesOn) => {
        const { stream } = await client.send(new sdk.ConverseStreamCommand(talk), abortOf(signal));
        return collect(stream!, goesOn);
      },
    },
    {
      name: 'InvokeModelCommand',
      streams: false,
      run: async ({ client, sdk }: Client, signal) => {
        const { body } = await client.send(new sdk.InvokeModelCommand(raw), abortOf(signal));
        return Buffer.from(body).toString();
      },
    },
    {
      name: 'InvokeModelWithResponseStreamCommand',
      streams: true,
      never: GOES_ON,
      run: async ({ client, sdk }: Client, signal?: AbortSignal, goesOn?: GoesOn) => {
        const command = new sdk.InvokeModelWithResponseStreamCommand(raw);
        const { body } = await client.send(command, abortOf(signal));
        return collect(body!, goesOn);
      },
    },
  ],
  fake: ({ startFakeBedrock }) => startFakeBedrock,
  prices: { [modelId]: { inputUsdPerMTok: '3', outputUsdPerMTok: '15' } },
};
