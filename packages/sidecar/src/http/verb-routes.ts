// The HTTP edge of the verbs: a POST each on the data plane, and the document that describes them.
import type { BudgetAuthority } from '@spendfuse/core';
import { invalid } from '@spendfuse/core';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { openApiOfVerbs } from '../verbs/openapi.ts';
import { httpVerbs } from '../verbs/verbs.ts';
import { readJson } from './admin-request.ts';
import { errorBody } from './errors.ts';

export interface VerbRoutesOptions {
  readonly authority: BudgetAuthority;
  /** Of Spendfuse. */
  readonly version: string;
}

/** As over gRPC. */
const MAX_BODY_BYTES = 1024 * 1024;

export function addVerbRoutes(app: Hono, { authority, version }: VerbRoutesOptions): void {
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => {
        const { message } = invalid('body', `is larger than ${MAX_BODY_BYTES} bytes`);
        return c.json(errorBody({ code: 'INVALID_ARGUMENT', message, field: 'body' }), 413);
      },
    }),
  );
  for (const verb of httpVerbs) {
    app.post(verb.path, async (c) => {
      const sent = await readJson(c.req);
      return c.json(await verb.answer(authority, sent, c.req.raw.signal));
    });
  }
  app.get('/v1/openapi.json', (c) => c.json(openApiOfVerbs({ version })));
}
