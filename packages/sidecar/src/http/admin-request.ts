// What an HTTP request sends to an operation: fields of the path, the query and the body put together.
import { invalid, SpendfuseError } from '@spendfuse/core';
import type { HonoRequest } from 'hono';
import type { AdminOperation } from '../admin/operation.ts';
import { readQuery } from './query.ts';

type Shape = Pick<AdminOperation, 'http' | 'input'>;

/** @throws SpendfuseError `INVALID_ARGUMENT` for what cannot be put together. */
export async function readAdminRequest(
  { http, input }: Shape,
  request: HonoRequest,
): Promise<object> {
  const query = readQuery(input, new URL(request.url).searchParams);
  const path: Readonly<Record<string, string>> = {
    ...request.param(),
    ...readIfMatch(http, request),
  };
  if (http.method === 'get' || http.method === 'delete') return together(query, path);
  const [stray] = Object.keys(query);
  if (stray !== undefined) throw invalid(stray, 'unknown parameter; fields belong in the body');
  const body = await readJson(request);
  if (http.body !== undefined) return { ...path, [http.body]: body };
  if (!isMapping(body)) throw invalid('body', 'must be a JSON object');
  return together(body, path);
}

/** What is wrong with a field that is the body is told with paths of the body. */
export function withoutBodyField({ http }: Pick<Shape, 'http'>, thrown: unknown): unknown {
  const { body } = http;
  const error = SpendfuseError.from(thrown);
  const { code, message, field = '', cause } = error;
  if (body === undefined || field.split('.')[0] !== body) return thrown;
  const shorter = field.slice(body.length + 1) || 'body';
  return new SpendfuseError({
    code,
    message: message.replaceAll(`${body}.`, '').replace(`${body}:`, 'body:'),
    field: shorter,
    cause,
  });
}

/** `"…"` or `*`, without the quotes. */
const ONE_ETAG = /^(?:"([\w-]{1,64})"|(\*))$/;

function readIfMatch(
  { ifMatch }: Shape['http'],
  request: HonoRequest,
): Readonly<Record<string, string>> {
  const header = request.header('if-match');
  if (header === undefined) return {};
  if (ifMatch === undefined) {
    throw invalid('if-match', 'has no meaning here; it is for edits of a budget');
  }
  const [, quoted, any] = ONE_ETAG.exec(header.trim()) ?? [];
  const etag = quoted ?? any;
  if (etag !== undefined) return { [ifMatch]: etag };
  throw invalid('if-match', 'is no etag; send the header ETag of the budget as it is, or *');
}

/** The body; nothing at all is `{}`. @throws SpendfuseError `INVALID_ARGUMENT` for what is no JSON. */
export async function readJson(request: HonoRequest): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return {};
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw invalid('body', 'must be JSON, with content-type: application/json');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('body', 'is no JSON');
  }
}

function together(fields: object, path: Readonly<Record<string, string>>): object {
  for (const name of Object.keys(path)) {
    if (Object.hasOwn(fields, name)) throw invalid(name, 'is in the path already; leave it out');
  }
  return { ...fields, ...path };
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
