// Fields of a request that may be a form: numbers and flags are texts there, and files have a size.
import { countOf, isObject } from '../json.ts';
import type { JsonObject } from '../provider.ts';

/** Above any number of images that is ever made, so that it still can be multiplied. */
const BELIEVABLE_MAX = 1_000_000;

export function numberOf(value: unknown): number | undefined {
  const count = countOf(typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : value);
  return count === undefined || count > BELIEVABLE_MAX ? undefined : count;
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** Sizes in bytes of the files whose fields have such names: `image`, `image[]`, `image[0]`. */
export function filesOf(body: JsonObject, names: readonly string[]): readonly number[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (!names.includes(name.replace(/\[.*$/u, ''))) return [];
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((file) => (isObject(file) ? [countOf(file['bytes']) ?? 0] : []));
  });
}
