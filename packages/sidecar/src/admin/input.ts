// Reading what was sent to an operation: by its zod schema, with complaints that name the field.
import { SpendfuseError } from '@spendfuse/core';
import type { z } from 'zod';

/** @throws SpendfuseError `INVALID_ARGUMENT` for the first mistake; the message names up to ten. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  sent: unknown,
): z.output<Schema> {
  const result = schema.safeParse(sent);
  if (result.success) return result.data;
  const mistakes = result.error.issues.slice(0, 10).flatMap(mistakesOf);
  const message = mistakes
    .map(({ field, what }) => (field ? `${field}: ${what}` : what))
    .join('; ');
  throw new SpendfuseError({
    code: 'INVALID_ARGUMENT',
    message,
    field: mistakes[0]?.field || undefined,
  });
}

function mistakesOf(issue: z.core.$ZodIssue): readonly { field: string; what: string }[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), what: 'is unknown' }));
  }
  // Of a record: the complaint about the key is what helps.
  const what = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [{ field: path.join('.'), what: what ?? 'is not right' }];
}

/**
 * Runs a query whose fields have other names inside: `fromMs` is `from` here. What it complains of
 * gets the names that were sent.
 */
export async function withFieldNames<T>(
  names: Readonly<Record<string, string>>,
  query: () => Promise<T>,
): Promise<T> {
  try {
    return await query();
  } catch (thrown) {
    const error = SpendfuseError.from(thrown);
    const { code, field = '', message, cause } = error;
    const [inside = '', ...below] = field.split('.');
    const outside = names[inside];
    if (outside === undefined) throw error;
    const renamed = [outside, ...below].join('.');
    const words = message.replace(new RegExp(`^${inside}\\b`, 'u'), outside);
    throw new SpendfuseError({ code, message: words, field: renamed, cause });
  }
}
