// The body of a request: JSON, a form, or text.

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** `undefined` if the client went away before the request was complete. */
export async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/**
 * JSON, else the text, `undefined` if it is empty. A form is an object of its fields, in which a file
 * is `{ name, type, bytes, sha256 }` and names that come again are lists.
 */
export async function parseBody(bytes: Buffer<ArrayBuffer>, contentType: string): Promise<unknown> {
  if (bytes.length === 0) {
    return undefined;
  }
  if (contentType.startsWith('multipart/form-data')) {
    const headers = { 'content-type': contentType };
    return await fieldsOf(await new Response(bytes, { headers }).formData());
  }
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function fieldsOf(form: FormData): Promise<unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(form.getAll(name).map(plain));
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}

async function plain(value: File | string): Promise<unknown> {
  if (typeof value === 'string') {
    return value;
  }
  const sha256 = createHash('sha256')
    .update(await value.bytes())
    .digest('hex');
  return { name: value.name, type: value.type, bytes: value.size, sha256 };
}
