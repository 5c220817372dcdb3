// Plays the events of a Google stream through the guard, and then the connection breaks.
import { createNoopMeter, trace } from '@opentelemetry/api';
import type { CommitRequest } from '@spendfuse/core';
import { createGuard, createTelemetry, createTokenCounter } from '@spendfuse/guard';
import type { JsonObject, Metered, Provider } from '@spendfuse/providers';
import { expect } from 'vitest';
import { createRecordingAuthority, grant } from './recording-authority.ts';

export interface Cut {
  readonly commit: CommitRequest | undefined;
  readonly heldTokens: number;
}

export interface CutCall {
  readonly provider: Provider;
  readonly match: Metered;
  readonly body: JsonObject;
}

/** Whole events, the blank line included. */
export function eventsOf(body: string): readonly string[] {
  return body.split(/(?<=\r?\n\r?\n)/u);
}

export async function cutBehind(
  events: readonly string[],
  { provider, match, body }: CutCall,
): Promise<Cut> {
  const authority = createRecordingAuthority();
  const guard = createGuard({
    authority,
    telemetry: createTelemetry({ tracer: () => trace.getTracer('test'), meter: createNoopMeter }),
    tokens: createTokenCounter(),
    labels: {},
    onUnavailable: 'deny',
  });
  const response = await guard.call({
    provider,
    match,
    request: {
      url: new URL(match.path, 'https://generativelanguage.googleapis.com'),
      body: { kind: 'json', text: JSON.stringify(body) },
    },
    send: async () =>
      new Response(broken(events), {
        headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      }),
  });
  await expect(response.text()).rejects.toThrow('the connection broke');
  const [reserve] = authority.reserves;
  const decision = reserve && grant(reserve);
  return {
    commit: authority.commits[0],
    heldTokens: decision?.kind === 'granted' ? decision.held.tokens : 0,
  };
}

function broken(events: readonly string[]): ReadableStream<Uint8Array> {
  const left = events.map((event) => new TextEncoder().encode(event));
  const source = {
    pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
      const next = left.shift();
      if (next) controller.enqueue(next);
      else controller.error(new Error('the connection broke'));
    },
  };
  // Nothing ahead of the reader: an error would throw away what nobody has read yet.
  return new ReadableStream(source, { highWaterMark: 0 });
}
