// One way a call can end: what the provider does, what the program does, and what is charged for it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Decision, ReserveRequest } from '@spendfuse/core';
import type { GuardTimes } from '@spendfuse/guard';
import { type FakeProvider, type ProviderAnswer, startFakeProvider } from '@spendfuse/testkit';
import OpenAI from 'openai';
import { createRecordingTelemetry, type RecordingTelemetry } from './outcomes-telemetry.ts';
import type { RecordingAuthority } from './recording-authority.ts';
import { guardOrigin } from './recording-guard.ts';

/** The output that a call of these tests may have, which is what is held for it. */
export const HELD_OUTPUT = 400;

export type Charged =
  /** Nothing was ever reserved. */
  | 'nothing: it was never reserved'
  | 'nothing: released as not sent'
  | 'nothing: released, and counted as a request'
  | 'the usage that the provider reports'
  | 'the input, and the output that was seen'
  | 'all that was held';

export interface Outcome {
  /** The row of the table, and the name of its test. */
  readonly name: string;
  readonly charged: Charged;
  /** Output that was seen: the bytes of its text, as nothing has loaded the tokenizer. */
  readonly seen?: number;
  readonly errorType?: string | RegExp;
  /** A stream without its last event. */
  readonly isCut?: boolean;
  /** When it is charged, in words. */
  readonly when: string;
  readonly answer: ProviderAnswer;
  /** What the program gets to see. */
  readonly run: (app: App) => Promise<unknown>;
  readonly times?: Partial<GuardTimes>;
  readonly decide?: (request: ReserveRequest) => Decision | Promise<Decision>;
  /** Before it begins; undone with the world. */
  readonly prepare?: (world: World) => Promise<void> | void;
}

/** A program on the official SDK, with or without a guard. */
export interface App {
  readonly openai: OpenAI;
  readonly fetch: typeof fetch;
  /** Posts the body to `/v1/chat/completions` with nothing but `fetch`. */
  readonly post: (body: object, init?: RequestInit) => Promise<Response>;
}

export interface World extends AsyncDisposable {
  readonly provider: FakeProvider;
  readonly authority: RecordingAuthority;
  readonly telemetry: RecordingTelemetry;
  readonly guarded: App;
  readonly plain: App;
}

export async function startWorld({ answer, times, decide, prepare }: Outcome): Promise<World> {
  const provider = await startFakeProvider(answer);
  const telemetry = createRecordingTelemetry();
  const { authority, guardedFetch } = guardOrigin(provider.origin, {
    provider: 'openai',
    telemetry,
    times: { closeWaitMs: 100, ...times },
  });
  if (decide) authority.decide = decide;
  const world = {
    provider,
    authority,
    telemetry,
    guarded: appOf(provider, guardedFetch),
    plain: appOf(provider, globalThis.fetch),
    [Symbol.asyncDispose]: () => provider.close(),
  };
  await prepare?.(world);
  return world;
}

function appOf({ origin }: FakeProvider, fetchIt: typeof fetch): App {
  const baseURL = `${origin}/v1`;
  return {
    openai: new OpenAI({ baseURL, apiKey: 'sk-test', maxRetries: 0, fetch: fetchIt }),
    fetch: fetchIt,
    post: (body, init) =>
      fetchIt(`${baseURL}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...init,
      }),
  };
}

/** What a program sees of an error. */
export async function errorSeen(fn: () => Promise<unknown>): Promise<unknown> {
  try {
    return { result: await fn() };
  } catch (error) {
    const { name, message, status, code, cause } = Object(error) as Record<string, unknown>;
    return { name, message, status, code, cause: (cause as { code?: unknown } | undefined)?.code };
  }
}

/** What a program sees of a response; `body` is what it got before an error, if there was one. */
export async function responseSeen(pending: Promise<Response>): Promise<unknown> {
  const response = await pending;
  const { status, statusText, type, redirected } = response;
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  const parts: Uint8Array[] = [];
  const error = await errorSeen(async () => {
    for await (const part of response.body ?? []) parts.push(part);
  });
  const body = Buffer.concat(parts).toString('latin1');
  return { status, statusText, type, redirected, headers, body, error };
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

let gc: (() => void) | undefined;

/** Asks for garbage collection, which programs cannot do. */
export function collectGarbage(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  gc();
}
