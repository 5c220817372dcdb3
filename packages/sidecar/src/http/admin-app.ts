// The HTTP edge of the admin API: one route for each operation, and the document that describes them.
import type { HttpBindings } from '@hono/node-server';
import type { Act } from '@spendfuse/authority';
import { invalid } from '@spendfuse/core';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Access } from '../admin/access/access.ts';
import { certificateName } from '../admin/access/tls.ts';
import { exportEntries } from '../admin/export-entries.ts';
import { openApiDocument } from '../admin/openapi.ts';
import type { AdminContext, AdminOperation } from '../admin/operation.ts';
import { adminOperations } from '../admin/operations.ts';
import type { Log } from '../log.ts';
import type { Listen } from '../settings.ts';
import { readAdminRequest, withoutBodyField } from './admin-request.ts';
import { answerErrors } from './answer-errors.ts';
import { errorBody } from './errors.ts';
import { checkHost } from './hosts.ts';

export interface AdminAppOptions {
  readonly context: AdminContext;
  readonly access: Access;
  readonly listen: Listen;
  readonly log: Log;
}

/** Absent in tests without a listener. */
interface AdminEnv {
  readonly Bindings: Partial<HttpBindings>;
}

const MAX_BODY_BYTES = 1024 * 1024;

export function createAdminApp(options: AdminAppOptions): Hono<AdminEnv> {
  const { context, access, listen, log } = options;
  const app = new Hono<AdminEnv>();
  app.use(checkHost(listen));
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
  });
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  for (const operation of adminOperations) {
    app.on(operation.http.method, routeOf(operation), async (c) => {
      const act = admit(access, operation, c);
      const answered = await answer(operation, { context, c, act });
      const etag = etagOf(answered);
      if (etag !== undefined) c.header('etag', `"${etag}"`);
      return c.json(answered);
    });
  }
  app.get(exportEntries.http.path, async (c) => {
    admit(access, exportEntries, c);
    const { format, texts } = await exportEntries.answer(
      context,
      await readAdminRequest(exportEntries, c.req),
    );
    return c.body(ReadableStream.from(encoded(texts)), 200, exportHeaders(format));
  });
  let document: object | undefined;
  app.get('/api/openapi.json', (c) => {
    admit(access, { access: 'read' }, c);
    document ??= openApiDocument({ version: context.server().version });
    return c.json(document);
  });
  answerErrors(app, log);
  return app;
}

type AdminRequest = Context<AdminEnv>;

function admit(access: Access, operation: Pick<AdminOperation, 'access'>, c: AdminRequest): Act {
  const socket = c.env?.incoming?.socket;
  return access.admit(operation.access, {
    authorization: c.req.header('authorization'),
    certificate: certificateName(socket),
    address: socket?.remoteAddress ?? '',
  });
}

interface Asked {
  readonly context: AdminContext;
  readonly c: AdminRequest;
  readonly act: Act;
}

async function answer(operation: AdminOperation, { context, c, act }: Asked): Promise<object> {
  const sent = await readAdminRequest(operation, c.req);
  try {
    return await operation.answer(context, sent, act);
  } catch (thrown) {
    throw withoutBodyField(operation, thrown);
  }
}

/** Of an answer that is one budget. */
function etagOf({ budget }: { readonly budget?: { readonly etag?: string } }): string | undefined {
  return budget?.etag;
}

/** `/api/budgets/{id}` as Hono writes it. */
function routeOf({ http }: AdminOperation): string {
  return http.path.replaceAll(/\{(\w+)\}/gu, ':$1');
}

function exportHeaders(format: 'csv' | 'jsonl'): Record<string, string> {
  const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8';
  const name = `spendfuse-entries.${format}`;
  return { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` };
}

async function* encoded(texts: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

function tooLarge(c: Context): Response {
  const { message } = invalid('body', `is larger than ${MAX_BODY_BYTES} bytes`);
  return c.json(errorBody({ code: 'INVALID_ARGUMENT', message, field: 'body' }), 413);
}
