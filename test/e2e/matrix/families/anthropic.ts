// @anthropic-ai/sdk against Anthropic.
import type { Anthropic } from '@anthropic-ai/sdk';
import { anthropicStyles } from '../../../support/anthropic-styles.ts';
import type { Family } from '../family.ts';

export const family: Family = {
  title: 'Anthropic',
  provider: 'anthropic',
  sdks: [
    { name: '@anthropic-ai/sdk', version: '1', module: '@anthropic-ai/sdk' },
    { name: '@anthropic-ai/sdk', version: '0.71', module: 'anthropic-0' },
    { name: '@anthropic-ai/sdk', version: '0.39', module: 'anthropic-0.39' },
  ],
  // One of the first chunks is a ping, of which programs hear nothing.
  styles: anthropicStyles.map((style) => ({ ...style, unheard: 1 })),
  clientOf: (sdk: { Anthropic: typeof Anthropic }, { origin, headers, retries }) =>
    new sdk.Anthropic({
      apiKey: 'sk-ant-test',
      baseURL: origin,
      defaultHeaders: headers,
      maxRetries: retries ? 2 : 0,
    }),
  fake: ({ startFakeAnthropic }) => startFakeAnthropic,
  prices: { 'claude-haiku-4-5': { inputUsdPerMTok: '1', outputUsdPerMTok: '5' } },
};
