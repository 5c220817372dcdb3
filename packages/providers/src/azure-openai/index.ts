// Azure OpenAI: the APIs of OpenAI, at resources of one's own.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { match } from './match.ts';
import { request } from './request.ts';
import { rewrite } from './rewrite.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export const azureOpenai: Provider = {
  name: 'azure.ai.openai',
  origins: [
    'https://*.openai.azure.com',
    'https://*.cognitiveservices.azure.com',
    'https://*.services.ai.azure.com',
  ],
  match,
  request,
  bound,
  rewrite,
  usage,
  stream,
};
