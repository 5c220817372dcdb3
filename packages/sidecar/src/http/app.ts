// The HTTP routes: health, metrics, and the read-only API.
import type { Balance } from '@spendfuse/core';
import type { LocalAuthority } from '@spendfuse/authority';
import { Hono } from 'hono';
import type { Log } from '../log.ts';
import type { Listen } from '../settings.ts';
import { errorBody, failure } from './errors.ts';
import { checkHost } from './hosts.ts';
import { balanceQuery, entryQuery } from './query.ts';

export interface HttpAppOptions {
  readonly authority: Pick<LocalAuthority, 'balances' | 'entries'>;
  /** Whether calls can be decided: false while draining or while the store cannot be written. */
  readonly isReady: () => boolean;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  readonly listen: Listen;
  readonly log: Log;
}

/** As `GET /api/balances` shows a balance: amounts are decimal strings, nano-USD for `cost`. */
export type BalanceJson = Omit<Balance, 'limit' | 'committed' | 'reserved' | 'remaining'> & {
  readonly [Key in 'limit' | 'committed' | 'reserved' | 'remaining']: string;
};

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

export function createHttpApp(options: HttpAppOptions): Hono {
  const { authority, isReady, metricsText, listen, log } = options;
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
  app.get('/api/balances', async (c) => {
    const balances = await authority.balances(balanceQuery(new URL(c.req.url).searchParams));
    return c.json({ balances: balances.map(balanceJson) });
  });
  app.get('/api/entries', async (c) => {
    const page = await authority.entries(entryQuery(new URL(c.req.url).searchParams));
    return c.json({ entries: page.entries, next: page.next ?? null });
  });
  app.notFound((c) => {
    const message = `${c.req.method} ${c.req.path} does not exist`;
    return c.json(errorBody({ code: 'NOT_FOUND', message }), 404);
  });
  app.onError((thrown, c) => {
    const { body, status } = failure(thrown);
    if (status >= 500)
      log.error('http request failed', { path: c.req.path, error: thrown.message });
    return c.json(body, status);
  });
  return app;
}

/** Counters leave JSON's numbers alone: not every reader keeps 2^53 exact. */
export function balanceJson(balance: Balance): BalanceJson {
  return {
    ...balance,
    limit: String(balance.limit),
    committed: String(balance.committed),
    reserved: String(balance.reserved),
    remaining: String(balance.remaining),
  };
}
