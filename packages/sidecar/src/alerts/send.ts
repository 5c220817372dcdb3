// One attempt to deliver an alert to a webhook, and what its outcome means.
import type { Alert, WebhookConfig } from '@spendfuse/authority';
import { genericPayload, slackPayload } from './payload.ts';
import { signature } from './signature.ts';

export interface SendOptions {
  readonly webhook: WebhookConfig;
  readonly alert: Alert;
  readonly version: string;
  readonly nowMs: number;
  /** Default 10 s, for the whole attempt. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `why` never has an address in it. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number; readonly answer: string }
  | { readonly kind: 'retry'; readonly why: string; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'final'; readonly why: string; readonly answer: string };

const TIMEOUT_MS = 10_000;

/** Never throws. */
export async function send(options: SendOptions): Promise<Outcome> {
  const { webhook, alert, nowMs, version, timeoutMs = TIMEOUT_MS, signal } = options;
  const payload = webhook.format === 'slack' ? slackPayload(alert) : genericPayload(alert);
  const body = JSON.stringify(payload);
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': `spendfuse/${version}`,
    'idempotency-key': alert.id,
    'spendfuse-event': alert.event,
  });
  const { secret } = webhook;
  if (secret !== undefined) headers.set('spendfuse-signature', signature({ secret, body, nowMs }));
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers,
      body,
      // A redirect could take alert and signature to another host.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return outcomeOf({ response, answer: await beginningOf(response), nowMs });
  } catch (error) {
    const why = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : causeOf(error);
    return why === BAD_PORT ? { kind: 'final', why, answer: '' } : { kind: 'retry', why };
  }
}

interface Answered {
  readonly response: Response;
  readonly answer: string;
  readonly nowMs: number;
}

function outcomeOf({ response, answer, nowMs }: Answered): Outcome {
  const { status, headers } = response;
  if (response.ok) return { kind: 'delivered', status, answer };
  if (status >= 300 && status < 400) {
    const why = `status ${status}: redirects are not followed; configure the address it leads to`;
    return { kind: 'final', why, answer };
  }
  const mayPass = status === 429 || status === 408 || status >= 500;
  if (!mayPass) return { kind: 'final', why: `status ${status}`, answer };
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), nowMs);
  return { kind: 'retry', why: `status ${status}`, retryAfterMs };
}

/** Seconds, or a date. */
function readRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const MAX_ANSWER_BYTES = 500;

async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < MAX_ANSWER_BYTES) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, MAX_ANSWER_BYTES);
}

const BAD_PORT = 'the port is one that HTTP clients refuse; choose another';

/** `ECONNREFUSED`; messages of network errors hold addresses. */
function causeOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: unknown; message?: string }; name?: string };
  if (cause?.message === 'bad port') return BAD_PORT;
  return typeof cause?.code === 'string' ? cause.code : (name ?? 'failed');
}
