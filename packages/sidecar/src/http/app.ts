// The HTTP routes of the data plane: the verbs, health and metrics.
import type { BudgetAuthority } from '@spendfuse/core';
import { Hono } from 'hono';
import type { Log } from '../log.ts';
import type { Listen } from '../settings.ts';
import { answerErrors } from './answer-errors.ts';
import { checkHost } from './hosts.ts';
import { addVerbRoutes } from './verb-routes.ts';

export interface HttpAppOptions {
  /** Whether calls can be decided: false while draining or while the store cannot be written. */
  readonly isReady: () => boolean;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  readonly authority: BudgetAuthority;
  /** Of Spendfuse. */
  readonly version: string;
  readonly listen: Listen;
  readonly log: Log;
}

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

export function createHttpApp(options: HttpAppOptions): Hono {
  const { isReady, metricsText, authority, version, listen, log } = options;
  const app = new Hono();
  app.use(checkHost(listen));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', (c) => {
    const ready = isReady();
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) =>
    c.body(await metricsText(), 200, { 'content-type': PROMETHEUS_TEXT }),
  );
  addVerbRoutes(app, { authority, version });
  answerErrors(app, log);
  return app;
}
