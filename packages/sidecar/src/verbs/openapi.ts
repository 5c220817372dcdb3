// The OpenAPI 3.1 document of the verbs over HTTP, made of the schemas that validate.
import { errorSchema } from '../http/errors.ts';
import { type Json, schemaOf } from '../http/json-schema.ts';
import { httpVerbs } from './verbs.ts';

export interface OpenApiOptions {
  /** Of Spendfuse. */
  readonly version: string;
}

export function openApiOfVerbs({ version }: OpenApiOptions): Json {
  const schemas: Record<string, Json> = {};
  const json = (schema: Json): Json => ({ 'application/json': { schema } });
  const error = json(schemaOf(errorSchema, { io: 'output', schemas }));
  const paths = httpVerbs.map(({ name, summary, path, input, output }) => {
    const content = json(schemaOf(input, { io: 'input', schemas }));
    const answer = json(schemaOf(output, { io: 'output', schemas }));
    const post = {
      operationId: name,
      summary,
      requestBody: { required: true, content },
      responses: {
        200: { description: 'The answer; a denial is one too', content: answer },
        default: { description: 'No decision: what went wrong', content: error },
      },
    };
    return [path, { post }] as const;
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spendfuse budget API',
      version,
      description:
        'The verbs of the ledger, as over gRPC. Amounts in answers are decimal strings: nano-USD ' +
        'for the unit `cost`, else counts. Times are ISO 8601.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(paths),
    components: { schemas },
  };
}
