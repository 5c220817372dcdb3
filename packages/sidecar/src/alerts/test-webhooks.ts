// A test alert for each webhook, once, and what came back.
import { randomBytes } from 'node:crypto';
import type { Alert, WebhookConfig } from '@spendfuse/authority';
import { mintId } from '@spendfuse/core';
import { type Outcome, send } from './send.ts';

export interface WebhookTest {
  readonly webhook: WebhookConfig;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** Whatever events and budgets a webhook wants. Never throws. */
export function testWebhooks(
  webhooks: readonly WebhookConfig[],
  version: string,
): Promise<readonly WebhookTest[]> {
  const atMs = Date.now();
  const id = mintId({ nowMs: atMs, random: randomBytes(10) });
  const alert: Alert = { event: 'test', id, atMs };
  return Promise.all(
    webhooks.map(async (webhook) => {
      const startedMs = performance.now();
      const outcome = await send({ webhook, alert, version, nowMs: atMs });
      return { webhook, outcome, durationMs: performance.now() - startedMs };
    }),
  );
}
