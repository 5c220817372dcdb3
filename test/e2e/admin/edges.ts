// The two edges of the admin API as one kind of client: HTTP as its own document describes it, and gRPC.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { errorFromStatus } from '@spendfuse/protocol';
import { loadAdminService } from '@spendfuse/protocol/admin';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export type Fields = Readonly<Record<string, unknown>>;

/** An answer, or the error in its place; what is null, empty or absent is left out. */
export type Outcome =
  | { readonly answer: Fields }
  | { readonly error: { readonly code: string; readonly field?: string } };

export interface Edge extends AsyncDisposable {
  /** `token` undefined: none is sent. */
  ask(operation: string, fields: Fields, token?: string): Promise<Outcome>;
}

export interface Identity {
  /** PEM. */
  readonly ca: string;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface EdgeOptions {
  /** `http://127.0.0.1:4752` */
  readonly url: string;
  /** With https. */
  readonly identity?: Identity | undefined;
  /** Where reading the document of the HTTP API needs it. */
  readonly token?: string | undefined;
}

export interface Route {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
  }[];
  readonly requestBody?: unknown;
  readonly isBodyOfField: boolean;
}

export interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Omit<Route, 'method' | 'path'>>>>
  >;
}

/** Asks by the document: paths, parameters and bodies are where it says; answers must be as it says. */
export async function httpEdge({ url, identity, token: own }: EdgeOptions): Promise<Edge> {
  const headers = own === undefined ? {} : { authorization: `Bearer ${own}` };
  const got = await send({ url: `${url}/api/openapi.json`, headers, identity });
  if (got.status !== 200) throw new Error(got.text);
  const document = JSON.parse(got.text) as Document;
  const routes = routesOf(document);
  const conforms = validatorOf(document);
  return {
    async ask(operation, fields, token) {
      const route = routes.find(({ operationId }) => operationId === operation);
      if (!route) throw new Error(`the document does not have ${operation}`);
      const { status, text, type } = await send({
        ...requestOf({ url, route, fields, token }),
        identity,
      });
      if (/^application\/json\b/u.test(type)) {
        const body = JSON.parse(text) as Fields;
        conforms(route, status, body);
        return status < 300
          ? { answer: tidy(body) }
          : { error: tidy(body['error'] as Fields) as never };
      }
      return { answer: { text, type } };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function routesOf(document: Document): readonly Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      ...route,
      path,
      method,
      isBodyOfField: JSON.stringify(route.requestBody ?? '').includes('BudgetDefinition'),
    })),
  );
}

interface RequestOptions {
  readonly url: string;
  readonly route: Route;
  readonly fields: Fields;
  readonly token: string | undefined;
}

function requestOf({ url, route, fields, token }: RequestOptions): SendOptions {
  const { method, path, parameters, requestBody, isBodyOfField } = route;
  const rest = { ...fields };
  let filled = path;
  for (const { name } of parameters.filter((each) => each.in === 'path')) {
    filled = filled.replace(`{${name}}`, encodeURIComponent(textOf(rest[name])));
    delete rest[name];
  }
  const etag = parameters.some((each) => each.in === 'header') ? rest['etag'] : undefined;
  if (etag !== undefined) delete rest['etag'];
  const query = requestBody ? '' : `?${new URLSearchParams(queryOf(rest)).toString()}`;
  const body = requestBody ? JSON.stringify(isBodyOfField ? rest['definition'] : rest) : undefined;
  const headers: Record<string, string> = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(etag === undefined ? {} : { 'if-match': etag === '*' ? '*' : `"${textOf(etag)}"` }),
  };
  return { url: url + filled + query, method: method.toUpperCase(), headers, body };
}

function queryOf(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (Array.isArray(value)) return [[name, value.join(',')]];
    if (typeof value !== 'object' || value === null) return [[name, textOf(value)]];
    return Object.entries(value).map(([key, text]) => [`${name}.${key}`, textOf(text)]);
  });
}

/** In a URL. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function validatorOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  const known = new Map<string, ValidateFunction>();
  return (route: Route, status: number, body: unknown): void => {
    const path = route.path.replaceAll('~', '~0').replaceAll('/', '~1');
    const code = status < 300 ? '200' : 'default';
    const ref = `document#/paths/${encodeURIComponent(path)}/${route.method}/responses/${code}/content/application~1json/schema`;
    const validate = known.get(ref) ?? ajv.compile({ $ref: ref });
    known.set(ref, validate);
    if (!validate(body)) {
      const why = JSON.stringify(validate.errors?.slice(0, 3));
      throw new Error(`${route.operationId} answers what its document does not say: ${why}`);
    }
  };
}

export interface SendOptions {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly identity?: Identity | undefined;
}

/** Plain HTTP, because `fetch` lets nobody set a Host or show a certificate. */
export function send(
  options: SendOptions,
): Promise<{ status: number; text: string; type: string }> {
  const { url, method = 'GET', headers = {}, body, identity } = options;
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ...identity, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.on('error', reject);
      response.on('end', () => {
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, text, type });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

type Call = (
  fields: Fields,
  metadata: Metadata,
  callback: (error: ServiceError | null, answer?: Fields) => void,
) => AsyncIterable<{ readonly data: Uint8Array }>;

const service = loadAdminService();
const AdminClient = makeGenericClientConstructor(service as never, 'AdminService');

export async function grpcEdge({ url, identity }: EdgeOptions): Promise<Edge> {
  const { host } = new URL(url);
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  const secure = identity
    ? credentials.createSsl(pem(identity.ca), pem(identity.key), pem(identity.cert))
    : credentials.createInsecure();
  const client = new AdminClient(host, secure) as Client & Record<string, Call>;
  return {
    async ask(operation, fields, token) {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      const method = client[operation]?.bind(client) as Call;
      try {
        if (service[operation]?.responseStream) {
          return { answer: { text: await joined(method(fields, metadata, () => undefined)) } };
        }
        const answer = await new Promise<Fields>((resolve, reject) => {
          method(fields, metadata, (error, message) => {
            if (error) reject(error);
            else resolve(message ?? {});
          });
        });
        return { answer: tidy(answer) };
      } catch (thrown) {
        const { code, field } = errorFromStatus(thrown as ServiceError);
        return { error: field === undefined ? { code } : { code, field } };
      }
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}

async function joined(pieces: AsyncIterable<{ readonly data: Uint8Array }>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of pieces) chunks.push(data);
  return Buffer.concat(chunks).toString();
}

/** Without what one edge leaves out and the other does not. */
function tidy(fields: Fields): Fields {
  const kept = Object.entries(fields).map(([name, value]) => {
    // A budget as it was sent: every part of it counts.
    return [name, name === 'definition' ? value : tidied(value)] as const;
  });
  return Object.fromEntries(kept.filter(([, value]) => !isNothing(value)));
}

function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied);
  // Numbers that gRPC's JSON has as text.
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' && value !== null ? tidy(value as Fields) : value;
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '0' || value === '') {
    return true;
  }
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function readToken(file: string): string {
  return readFileSync(file, 'utf8').trim();
}
