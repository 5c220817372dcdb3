// Reads the query of a request as the schema of an operation has it; what it means is checked later.
import { invalid } from '@spendfuse/core';
import { z } from 'zod';

/**
 * `?limit=10&verb=reserve,commit&label.user=u1` for fields `limit`, a list `verb` and a record
 * `label`. Names that the schema does not know are passed on, so that it can complain.
 * @throws SpendfuseError `INVALID_ARGUMENT` for a name that is given twice.
 */
export function readQuery(schema: z.ZodObject, params: URLSearchParams): object {
  const read = new Map<string, unknown>();
  for (const name of new Set(params.keys())) {
    const [field = '', ...rest] = name.split('.');
    const kind = Object.hasOwn(schema.shape, field) ? kindOf(schema.shape[field]) : 'value';
    const values = params.getAll(name);
    if (kind === 'list') {
      read.set(
        name,
        values.flatMap((value) => value.split(',')),
      );
      continue;
    }
    if (values.length > 1) throw invalid(name, 'is given more than once');
    if (kind === 'record' && rest.length > 0) {
      const before = read.get(field) as object | undefined;
      read.set(field, { ...before, [rest.join('.')]: values[0] });
    } else {
      read.set(name, values[0]);
    }
  }
  return Object.fromEntries(read);
}

/** How a field stands in a query. */
export function kindOf(schema: unknown): 'list' | 'record' | 'value' {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner instanceof z.ZodArray) return 'list';
  return inner instanceof z.ZodRecord ? 'record' : 'value';
}
