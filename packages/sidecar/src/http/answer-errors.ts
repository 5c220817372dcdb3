// Every HTTP app answers errors and unknown routes in the one shape.
import type { Env, Hono } from 'hono';
import type { Log } from '../log.ts';
import { errorBody, failure } from './errors.ts';

export function answerErrors<E extends Env>(app: Hono<E>, log: Log): void {
  app.notFound((c) => {
    const message = `${c.req.method} ${c.req.path} does not exist`;
    return c.json(errorBody({ code: 'NOT_FOUND', message }), 404);
  });
  app.onError((thrown, c) => {
    const { body, status, headers } = failure(thrown);
    if (status >= 500) {
      log.error('http request failed', { path: c.req.path, error: thrown.message });
    }
    return c.json(body, status, { ...headers });
  });
}
