// The providers there are: one line each.
import { anthropic } from './anthropic/index.ts';
import { azureOpenai } from './azure-openai/index.ts';
import { gemini } from './gemini/index.ts';
import { openai } from './openai/index.ts';
import type { Provider } from './provider.ts';
import { vertex } from './vertex/index.ts';

export const providers: readonly Provider[] = [openai, azureOpenai, anthropic, gemini, vertex];
