// Mistral: chat, agents, fill-in-the-middle, embeddings and transcription, most of it as OpenAI spells it.
import type { Provider } from '../provider.ts';
import { bound } from './bound.ts';
import { spoken } from './dialect.ts';
import { request } from './request.ts';
import { stream } from './stream.ts';
import { usage } from './usage.ts';

export const mistral: Provider = { ...spoken, request, bound, usage, stream };
