// A trivial value that fits a JSON schema, for structured outputs and forced tool calls.

import { isObject, listOf, numberOf, objectOf, stringOf } from '../json.ts';
import type { JsonObject } from '../json.ts';

const DEEPEST = 8;

/**
 * The smallest plain value that fits the schema. Knows `const`, `enum`, `anyOf`, `oneOf`, `allOf`,
 * local `$ref`, objects, arrays and scalars; lengths, ranges and patterns are ignored but
 * `minItems` and `minimum`.
 */
export function sampleOf(schema: unknown): unknown {
  return sample({ schema: objectOf(schema), root: objectOf(schema), depth: 0 });
}

interface Place {
  readonly schema: JsonObject;
  readonly root: JsonObject;
  readonly depth: number;
}

function sample(place: Place): unknown {
  const { schema } = place;
  if ('const' in schema) {
    return schema['const'];
  }
  if (Array.isArray(schema['enum'])) {
    return schema['enum'][0];
  }
  const reference = stringOf(schema['$ref']);
  if (reference !== undefined) {
    return sample(step(place, resolve(reference, place.root)));
  }
  const variants = listOf(schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']);
  if (variants.length > 0) {
    return sample(step(place, choose(variants, place.depth)));
  }
  return ofType(typeOf(schema, place.depth), place);
}

function ofType(type: string | undefined, place: Place): unknown {
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(objectOf(place.schema['properties'])).map(([key, property]) => [
          key,
          sample(step(place, property)),
        ]),
      );
    case 'array': {
      const least = numberOf(place.schema['minItems']) ?? (place.depth < DEEPEST ? 1 : 0);
      return Array.from({ length: least }, () => sample(step(place, place.schema['items'])));
    }
    case 'integer':
    case 'number':
      return numberOf(place.schema['minimum']) ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'text';
  }
}

function typeOf(schema: JsonObject, depth: number): string | undefined {
  const types = listOf(schema['type']).filter((type) => typeof type === 'string');
  if (types.length > 0) {
    return depth >= DEEPEST && types.includes('null') ? 'null' : types[0];
  }
  return stringOf(schema['type']) ?? (isObject(schema['properties']) ? 'object' : undefined);
}

/** Deep inside a recursive schema the `null` variant ends the recursion. */
function choose(variants: readonly unknown[], depth: number): unknown {
  const empty = variants.find((variant) => objectOf(variant)['type'] === 'null');
  return depth >= DEEPEST && empty !== undefined ? empty : variants[0];
}

function step(place: Place, schema: unknown): Place {
  if (place.depth > DEEPEST * 4) {
    throw new RangeError('the JSON schema demands a value without end');
  }
  return { schema: objectOf(schema), root: place.root, depth: place.depth + 1 };
}

function resolve(reference: string, root: JsonObject): unknown {
  let value: unknown = root;
  for (const key of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    value = objectOf(value)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}
