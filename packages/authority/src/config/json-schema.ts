// What editors are told of a budgets file: JSON Schema, made of the schemas that read it.
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

const described = new WeakMap<z.core.$ZodType, () => JsonSchema>();

/** Says what a schema reads that zod cannot see into. */
export function readAs<S extends z.ZodType>(schema: S, json: () => JsonSchema): S {
  described.set(schema, json);
  return schema;
}

/** A description makes another schema of it, whose parent it is. */
function describedAs(schema: z.core.$ZodType | undefined): JsonSchema | undefined {
  if (!schema) return undefined;
  return described.get(schema)?.() ?? describedAs(schema._zod.parent);
}

/** Of what may be written, before it is read. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      Object.assign(jsonSchema, { ...describedAs(zodSchema), ...jsonSchema });
    },
  });
  return json;
}

const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{' };

/** The same where a variable of the environment may stand in the place of each value. */
export function withVariables({ description, ...json }: JsonSchema): JsonSchema {
  const said = description === undefined ? {} : { description };
  if ('enum' in json || 'pattern' in json || json['type'] === 'integer') {
    return { ...said, anyOf: [json, VARIABLE] };
  }
  const inner = Object.entries(json).map(([key, part]) => [key, inside(key, part)] as const);
  return { ...said, ...Object.fromEntries(inner) };
}

function inside(key: string, part: unknown): unknown {
  if (key === 'anyOf') return (part as readonly JsonSchema[]).map(withVariables);
  if (key === 'items') return withVariables(part as JsonSchema);
  if (key === 'additionalProperties' && typeof part === 'object') {
    return withVariables(part as JsonSchema);
  }
  if (key !== 'properties') return part;
  const properties = Object.entries(part as Readonly<Record<string, JsonSchema>>);
  return Object.fromEntries(properties.map(([name, json]) => [name, withVariables(json)]));
}
