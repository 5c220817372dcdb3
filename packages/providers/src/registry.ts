// The providers there are: one line each.
import { openai } from './openai/index.ts';
import type { Provider } from './provider.ts';

export const providers: readonly Provider[] = [openai];
