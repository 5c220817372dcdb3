// openai against OpenAI.
import type { OpenAI } from 'openai';
import { callStyles } from '../../../support/call-styles.ts';
import type { Family } from '../family.ts';

export const family: Family = {
  title: 'OpenAI',
  provider: 'openai',
  sdks: [
    { name: 'openai', version: '7', module: 'openai' },
    { name: 'openai', version: '6', module: 'openai-6' },
    { name: 'openai', version: '5', module: 'openai-5' },
    {
      name: 'openai',
      version: '4',
      module: 'openai-4',
      without: [
        'chat.completions.stream',
        'chat.completions.parse',
        'images.generate, streamed',
        'images.edit, streamed',
      ],
    },
  ],
  styles: callStyles,
  clientOf: (sdk: { OpenAI: typeof OpenAI }, { origin, headers, retries }) =>
    new sdk.OpenAI({
      apiKey: 'sk-test',
      baseURL: `${origin}/v1`,
      defaultHeaders: headers,
      maxRetries: retries ? 2 : 0,
    }),
  fake: ({ startFakeOpenAI }) => startFakeOpenAI,
  prices: {
    'gpt-4o-mini': { inputUsdPerMTok: '0.15', outputUsdPerMTok: '0.6' },
    'gpt-3.5-turbo-instruct': { inputUsdPerMTok: '1.5', outputUsdPerMTok: '2' },
    'text-embedding-3-small': { inputUsdPerMTok: '0.02', outputUsdPerMTok: '0' },
  },
};
