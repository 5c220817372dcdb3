// The OpenAPI 3.1 document of the HTTP API, made of the schemas that validate.
import { errorSchema } from '../http/errors.ts';
import { type Json, schemaOf } from '../http/json-schema.ts';
import { kindOf } from '../http/query.ts';
import { exportEntries } from './export-entries.ts';
import type { AdminOperation } from './operation.ts';
import { adminOperations } from './operations.ts';

type Described = Pick<AdminOperation, 'name' | 'summary' | 'access' | 'http' | 'input'>;

export interface OpenApiOptions {
  /** Of Spendfuse. */
  readonly version: string;
}

export function openApiDocument({ version }: OpenApiOptions): Json {
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  const add = (operation: Described, content: Json): void => {
    const { method, path } = operation.http;
    paths[path] = { ...paths[path], [method]: describe(operation, { content, schemas }) };
  };
  for (const operation of adminOperations) {
    const schema = schemaOf(operation.output, { io: 'output', schemas });
    add(operation, { 'application/json': { schema } });
  }
  const text = { schema: { type: 'string' } };
  add(exportEntries, { 'application/jsonl': text, 'text/csv': text });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spendfuse admin API',
      version,
      description:
        'Amounts are decimal strings: nano-USD for the unit `cost`, else counts. Times are ISO 8601. ' +
        'Writes need the admin token or a client certificate, reads too except on a loopback address.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        certificate: { type: 'mutualTLS' },
      },
    },
  };
}

interface Parts {
  readonly content: Json;
  readonly schemas: Record<string, Json>;
}

function describe(operation: Described, { content, schemas }: Parts): Json {
  const { name, summary, access, http } = operation;
  const error = {
    'application/json': { schema: schemaOf(errorSchema, { io: 'output', schemas }) },
  };
  const inPath = [...http.path.matchAll(/\{(\w+)\}/gu)].map(([, field]) => String(field));
  const input = schemaOf(operation.input, { io: 'input', schemas });
  const fields = input['properties'] as Readonly<Record<string, Json>>;
  const others = Object.keys(fields).filter(
    (field) => !inPath.includes(field) && field !== http.ifMatch,
  );
  const hasBody = http.method === 'put' || http.method === 'post';
  const security = [{ token: [] }, { certificate: [] }];
  return {
    operationId: name,
    summary,
    security: access === 'write' ? security : [...security, {}],
    parameters: [
      ...inPath.map((field) => ({
        name: field,
        in: 'path',
        required: true,
        schema: fields[field],
      })),
      ...(http.ifMatch === undefined ? [] : [IF_MATCH]),
      ...(hasBody ? [] : others.map((field) => inQuery(operation, field, fields[field] ?? {}))),
    ],
    ...(hasBody ? { requestBody: bodyOf(http.body, { input, fields, others }) } : {}),
    responses: {
      200: { description: 'The answer', content },
      default: { description: 'What went wrong', content: error },
    },
  };
}

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'ETag of the budget that was read, or *: if it is another now, the answer is 412',
  schema: { type: 'string' },
};

function inQuery({ input }: Described, field: string, schema: Json): Json {
  const { description, ...rest } = schema;
  const told = { in: 'query', name: field, ...(description ? { description } : {}) };
  switch (kindOf(input.shape[field])) {
    case 'list':
      return { ...told, style: 'form', explode: false, schema: rest };
    case 'record': {
      // Each of its properties is a parameter of its own: `label.user=u1`.
      const propertyNames = { type: 'string', pattern: `^${field}\\.` };
      return { ...told, style: 'form', explode: true, schema: { ...rest, propertyNames } };
    }
    case 'value':
      return { ...told, schema: rest };
  }
}

interface BodyParts {
  readonly input: Json;
  readonly fields: Readonly<Record<string, Json>>;
  readonly others: readonly string[];
}

function bodyOf(body: string | undefined, { input, fields, others }: BodyParts): Json {
  if (body !== undefined) {
    return { required: true, content: { 'application/json': { schema: fields[body] } } };
  }
  const properties = Object.fromEntries(others.map((field) => [field, fields[field]]));
  const required = ((input['required'] ?? []) as string[]).filter((name) => others.includes(name));
  const schema = { ...input, properties, required };
  return { required: required.length > 0, content: { 'application/json': { schema } } };
}
