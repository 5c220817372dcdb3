// How programs make a client of each family of SDKs, and all the ways in which they call it.
import type { Anthropic } from '@anthropic-ai/sdk';
import type { GoogleGenAI } from '@google/genai';
import type { OpenAI } from 'openai';
import { anthropicStyles } from '../../support/anthropic-styles.ts';
import { geminiCallStyles } from '../../support/call-styles-gemini.ts';
import { callStyles, type GoesOn } from '../../support/call-styles.ts';
import type { Family } from './sdks.ts';

export interface Style {
  readonly name: string;
  readonly streams: boolean;
  readonly chunks?: number;
  readonly run: (client: never, signal?: AbortSignal, goesOn?: GoesOn) => Promise<unknown>;
}

export interface ClientOptions {
  readonly origin: string;
  readonly headers: Record<string, string>;
  /** Whether the SDK tries again where it would. */
  readonly retries: boolean;
}

interface Clients {
  readonly styles: readonly Style[];
  readonly clientOf: (sdk: never, options: ClientOptions) => unknown;
}

export const clients: Readonly<Record<Family, Clients>> = {
  openai: {
    styles: callStyles,
    clientOf: (sdk: { OpenAI: typeof OpenAI }, { origin, headers, retries }) =>
      new sdk.OpenAI({
        apiKey: 'sk-test',
        baseURL: `${origin}/v1`,
        defaultHeaders: headers,
        maxRetries: retries ? 2 : 0,
      }),
  },
  anthropic: {
    styles: anthropicStyles,
    clientOf: (sdk: { Anthropic: typeof Anthropic }, { origin, headers, retries }) =>
      new sdk.Anthropic({
        apiKey: 'sk-ant-test',
        baseURL: origin,
        defaultHeaders: headers,
        maxRetries: retries ? 2 : 0,
      }),
  },
  gemini: {
    styles: geminiCallStyles,
    clientOf: (sdk: { GoogleGenAI: typeof GoogleGenAI }, { origin, headers, retries }) =>
      new sdk.GoogleGenAI({
        apiKey: 'key',
        httpOptions: {
          baseUrl: origin,
          headers,
          retryOptions: { attempts: retries ? 3 : 1, initialDelay: 0.001, jitter: 0 },
        },
      }),
  },
};
