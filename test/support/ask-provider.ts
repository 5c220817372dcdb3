// Asks a registered provider through the guard, with an answer of the test's own, and tells the charge.
import type { CommitRequest, ReserveRequest } from '@spendfuse/core';
import { type JsonObject, providers } from '@spendfuse/providers';
import { createRecordingTelemetry } from './outcomes-telemetry.ts';
import { createRecordingGuard } from './recording-guard.ts';

export interface Asked {
  /** Where it is sent to; the provider is the one of this name. */
  readonly url: string;
  readonly provider: string;
  readonly body: JsonObject;
  readonly answer: string;
  /** Of the answer. Default: JSON. */
  readonly type?: string | undefined;
}

export interface Told {
  readonly commit: CommitRequest | undefined;
  readonly reserve: ReserveRequest;
  /** What was sent, where it was changed. */
  readonly sent: JsonObject | undefined;
}

export async function askProvider(asked: Asked): Promise<Told> {
  const { body, answer, type = 'application/json' } = asked;
  const url = new URL(asked.url);
  const provider = providers.find(({ name }) => name === asked.provider);
  const match = provider?.match({ method: 'POST', path: url.pathname });
  if (!provider || match?.kind !== 'metered') throw new Error(`not metered: ${asked.url}`);
  const { authority, guard } = createRecordingGuard({ telemetry: createRecordingTelemetry() });
  let sent: JsonObject | undefined;
  const response = await guard.call({
    provider,
    match,
    request: { url, body: { kind: 'json', text: JSON.stringify(body) } },
    async send({ bodyText }) {
      if (bodyText !== undefined) sent = JSON.parse(bodyText) as JsonObject;
      return new Response(answer, { headers: { 'content-type': type } });
    },
  });
  await response.text();
  return { commit: authority.commits[0], reserve: authority.reserves[0]!, sent };
}

export const sse = (events: readonly unknown[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

export const lines = (events: readonly unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
