// Google's JSON spells each field in two ways, `maxOutputTokens` and `max_output_tokens`: reads both.
import { countOf, listOf, objectOf } from '../json.ts';
import type { JsonObject } from '../provider.ts';

/** Above every count there is, and small enough that sums of them still can be counted. */
const BELIEVABLE_MAX = 1_000_000_000;

/** The field in its usual spelling, else as in the protocol buffer that it stands for. */
export function field(of: JsonObject, name: string): unknown {
  return of[name] ?? of[snakeCase(name)];
}

export function objectField(of: JsonObject, name: string): JsonObject {
  return objectOf(field(of, name));
}

export function listField(of: JsonObject, name: string): readonly unknown[] {
  return listOf(field(of, name));
}

/** A list, or the one thing that stands in its place. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Protocol buffers in JSON take numbers as text too. */
export function countField(of: JsonObject, name: string): number | undefined {
  return countIn(field(of, name));
}

export function countIn(value: unknown): number | undefined {
  const count = countOf(typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : value);
  return count !== undefined && count <= BELIEVABLE_MAX ? count : undefined;
}

/** The spellings of a name that the object has. */
export function spellings(of: JsonObject, name: string): readonly string[] {
  return [name, snakeCase(name)].filter((spelling) => of[spelling] !== undefined);
}

/** Asked for with every chunk of a stream, and of few names. */
const snakeCases = new Map<string, string>();

function snakeCase(name: string): string {
  const known = snakeCases.get(name);
  if (known !== undefined) return known;
  const spelled = name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
  snakeCases.set(name, spelled);
  return spelled;
}
