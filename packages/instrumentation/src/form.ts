// A form about to be sent, as the plain fields that a provider can read: of files only the size.
import type { JsonObject } from '@spendfuse/providers';

export function isMultipart(headers: Headers): boolean {
  return headers.get('content-type')?.toLowerCase().startsWith('multipart/form-data') === true;
}

/** Text fields as strings, files as `{ name, type, bytes }`, names that come again as lists. */
export function fieldsOf(form: FormData): JsonObject {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).map(plain);
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}

function plain(value: File | string): unknown {
  if (typeof value === 'string') return value;
  return { name: value.name, type: value.type, bytes: value.size };
}
