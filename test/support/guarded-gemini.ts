// Fakes of Gemini with Google's SDK in front of them, guarded and not.
import { GoogleGenAI } from '@google/genai';
import { type FakeGemini, type FakeGeminiScript, startFakeGemini } from '@spendfuse/testkit';
import { type GuardedFake, startGuardedFake } from './guarded-fake.ts';
import type { RecordingGuardOptions } from './recording-guard.ts';

export type GuardedGemini = GuardedFake<GoogleGenAI, FakeGemini>;

export interface GuardedGeminiOptions extends RecordingGuardOptions {
  readonly script?: FakeGeminiScript;
  /** The SDK's own attempts; default 1: it does not try again unless it is told to. */
  readonly attempts?: number;
  readonly vertexai?: boolean;
}

export function startGuardedGemini(options: GuardedGeminiOptions = {}): Promise<GuardedGemini> {
  const { script, attempts, vertexai = false, ...guard } = options;
  const retryOptions =
    attempts === undefined ? {} : { retryOptions: { attempts, initialDelay: 0.001, jitter: 0 } };
  return startGuardedFake({
    ...guard,
    provider: vertexai ? 'gcp.vertex_ai' : 'gcp.gemini',
    startFake: () =>
      startFakeGemini({ now: () => 1_790_000_000_000, ...(script ? { script } : {}) }),
    clientOf: ({ origin: baseUrl }) =>
      new GoogleGenAI({ apiKey: 'key', vertexai, httpOptions: { baseUrl, ...retryOptions } }),
    looksFetchUp: true,
  });
}
