// openai against Azure OpenAI, where each deployment runs the model of its name.
import type { AzureOpenAI } from 'openai';
import { callStyles } from '../../../support/call-styles.ts';
import type { Family } from '../family.ts';
import { family as openai } from './openai.ts';

export const family: Family = {
  ...openai,
  title: 'Azure OpenAI',
  provider: 'azure.ai.openai',
  styles: callStyles.filter(({ onlyOpenAI }) => !onlyOpenAI),
  clientOf: (sdk: { AzureOpenAI: typeof AzureOpenAI }, { origin, headers, retries }) =>
    new sdk.AzureOpenAI({
      apiKey: 'key',
      apiVersion: '2025-04-01-preview',
      endpoint: origin,
      defaultHeaders: headers,
      maxRetries: retries ? 2 : 0,
    }),
};
