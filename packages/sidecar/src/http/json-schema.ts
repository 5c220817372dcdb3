// Zod schemas as the JSON Schema of an OpenAPI document, where named ones are shared components.
import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

export interface SchemaOptions {
  readonly io: 'input' | 'output';
  /** Gets the schemas that have a name, for references. */
  readonly schemas: Record<string, Json>;
}

/** What the schema says as JSON Schema 2020-12, which is that of OpenAPI 3.1. */
export function schemaOf(schema: z.ZodType, { io, schemas }: SchemaOptions): Json {
  const {
    $schema: _,
    $defs = {},
    ...json
  } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      delete jsonSchema.id;
    },
  });
  Object.assign(schemas, relocated($defs));
  return relocated(json) as Json;
}

/** `#/$defs/Balance` is `#/components/schemas/Balance` in a document. */
function relocated(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
