// A fake Gemini with a guarded fetch in front of it, and a second one without, for comparison.
import { GoogleGenAI } from '@google/genai';
import { createNoopMeter, trace } from '@opentelemetry/api';
import {
  createGuard,
  createTelemetry,
  createTokenCounter,
  type GuardTimes,
} from '@spendfuse/guard';
import { createGuardedFetch, createHosts, createLog } from '@spendfuse/instrumentation';
import { type FakeGemini, type FakeGeminiScript, startFakeGemini } from '@spendfuse/testkit';
import { createRecordingAuthority, type RecordingAuthority } from './recording-authority.ts';

export interface GuardedGemini extends AsyncDisposable {
  readonly authority: RecordingAuthority;
  readonly guardedFake: FakeGemini;
  readonly plainFake: FakeGemini;
  readonly guardedFetch: typeof fetch;
  readonly guarded: GoogleGenAI;
  readonly plain: GoogleGenAI;
}

export interface GuardedGeminiOptions {
  readonly script?: FakeGeminiScript;
  readonly times?: Partial<GuardTimes>;
  /** The SDK's own attempts; default 1: it does not try again unless it is told to. */
  readonly attempts?: number;
  readonly vertexai?: boolean;
}

/** The SDK looks `fetch` up for every call: until this is disposed, the global one is guarded. */
export async function startGuardedGemini(
  options: GuardedGeminiOptions = {},
): Promise<GuardedGemini> {
  const { script, times, attempts, vertexai = false } = options;
  const fake = { now: () => 1_790_000_000_000, ...(script ? { script } : {}) };
  const [guardedFake, plainFake] = await Promise.all([
    startFakeGemini(fake),
    startFakeGemini(fake),
  ]);
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: { team: 'search' },
    onUnavailable: 'deny',
    times,
  });
  const original = globalThis.fetch;
  const provider = vertexai ? 'gcp.vertex_ai' : 'gcp.gemini';
  const guardedFetch = createGuardedFetch({
    fetch: original,
    guard,
    hosts: createHosts([[guardedFake.origin, provider]]),
    log: createLog('silent'),
  });
  const retryOptions =
    attempts === undefined ? {} : { retryOptions: { attempts, initialDelay: 0.001, jitter: 0 } };
  const clientOf = ({ origin: baseUrl }: FakeGemini): GoogleGenAI =>
    new GoogleGenAI({ apiKey: 'key', vertexai, httpOptions: { baseUrl, ...retryOptions } });
  globalThis.fetch = guardedFetch;
  return {
    authority,
    guardedFake,
    plainFake,
    guardedFetch,
    guarded: clientOf(guardedFake),
    plain: clientOf(plainFake),
    async [Symbol.asyncDispose]() {
      globalThis.fetch = original;
      await Promise.all([guardedFake.close(), plainFake.close()]);
    },
  };
}
