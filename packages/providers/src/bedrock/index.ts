// Amazon Bedrock: Converse, InvokeModel by the model's maker, and the APIs of OpenAI and Anthropic.
import { anthropic } from '../anthropic/index.ts';
import { type Dialect, TEMPLATE_TOKENS } from '../openai-compatible/dialect.ts';
import { compatibleProvider } from '../openai-compatible/provider.ts';
import type { JsonObject, Metered, Provider } from '../provider.ts';
import { converseBound, plainBound } from './bound.ts';
import { invokeStream } from './chunks.ts';
import { claude } from './claude.ts';
import { familyOf } from './families.ts';
import { match } from './match.ts';
import { converseRequest, invokeRequest } from './request.ts';
import { converseRewrite, invokeRewrite } from './rewrite.ts';
import { converseStream } from './stream.ts';
import { converseUsage, invokeUsage } from './usage.ts';

type Spoken = Omit<Provider, 'name' | 'origins' | 'match'>;

const converse: Spoken = {
  request: converseRequest,
  bound: converseBound,
  rewrite: converseRewrite,
  usage: (_, body, headers) => converseUsage(body, headers),
  stream: converseStream,
};

const invoke: Spoken = {
  request: (metered, body) =>
    isClaudes(metered, body)
      ? claude.request(metered, body)
      : invokeRequest(metered, body, familyOf(metered, body)),
  bound: (metered, body) => boundOf(metered, body).bound(metered, body),
  rewrite: (metered, body, change) =>
    isClaudes(metered, body)
      ? claude.rewrite(metered, body, change)
      : invokeRewrite(body, change, familyOf(metered, body)),
  usage: (_, body, headers) => invokeUsage(body, headers),
  stream: invokeStream,
};

/** Which options of a stream are taken is not documented, so none is added. */
const dialect: Dialect = {
  asksForUsage: false,
  hidesReasoning: (model) => !/gpt-oss/u.test(model),
  templateTokens: TEMPLATE_TOKENS,
};
const compatible: Spoken = compatibleProvider({ name: '', origins: [], dialect });

const SPOKEN: Readonly<Record<string, Spoken>> = { converse, invoke, messages: anthropic };

function spoken(api: string): Spoken {
  return SPOKEN[api] ?? compatible;
}

function isClaudes(metered: Metered, body: JsonObject): boolean {
  return familyOf(metered, body).name === 'claude';
}

function boundOf(metered: Metered, body: JsonObject): Pick<Spoken, 'bound'> {
  switch (familyOf(metered, body).name) {
    case 'claude':
      return claude;
    case 'nova':
      return converse;
    case 'chat':
      return Array.isArray(body['messages']) ? compatible : { bound: plainBound };
    default:
      return { bound: plainBound };
  }
}

export const bedrock: Provider = {
  name: 'aws.bedrock',
  origins: [
    'https://bedrock-runtime.*.amazonaws.com',
    'https://bedrock-runtime-fips.*.amazonaws.com',
    'https://bedrock-runtime.*.api.aws',
    'https://bedrock-runtime-fips.*.api.aws',
    'https://*.bedrock-runtime.*.vpce.amazonaws.com',
    'https://bedrock-runtime.*.amazonaws.com.cn',
    'https://bedrock-runtime.*.amazonaws.eu',
    'https://bedrock-mantle.*.api.aws',
  ],
  baseUrlVariables: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'ANTHROPIC_BEDROCK_BASE_URL'],
  match,
  request: (metered, body) => spoken(metered.api).request(metered, body),
  bound: (metered, body) => spoken(metered.api).bound(metered, body),
  rewrite: (metered, body, change) => spoken(metered.api).rewrite(metered, body, change),
  usage: (api, body, headers) => spoken(api).usage(api, body, headers),
  stream: (api) => spoken(api).stream(api),
};
