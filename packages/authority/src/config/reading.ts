// Reading plain data with complaints: readers of values, and mappings by a zod schema.
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { type JsonSchema, jsonSchemaOf, readAs } from './json-schema.ts';

export type Path = readonly PropertyKey[];

/** One mistake; `part` says whether the key or the value at the path is wrong. */
export interface Problem {
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** Called with what is wrong with a value, or with something in it. Returns what a reader then does. */
export type Report = (message: string, where?: Partial<Omit<Problem, 'message'>>) => undefined;

/** What the value stands for; or, having reported why, undefined. */
export interface Reader<T> {
  (value: unknown, report: Report): T | undefined;
  /** What an editor may know of such a value. */
  readonly json?: (() => JsonSchema) | undefined;
}

/** A reader whose values an editor can be told about. */
export function described<T>(json: JsonSchema | (() => JsonSchema), read: Reader<T>): Reader<T> {
  const reader: Reader<T> = (value, report) => read(value, report);
  return Object.assign(reader, { json: typeof json === 'function' ? json : () => json });
}

/** Reports for something that stands below, at `path`. */
export function below(report: Report, ...path: Path): Report {
  return (message, where = {}) =>
    report(message, { ...where, path: [...path, ...(where.path ?? [])] });
}

/** A value of a schema, read by a reader. */
export function by<T>(read: Reader<T>) {
  const schema = z.unknown().transform((value, context): T => {
    if (value === undefined) {
      context.issues.push({ code: 'invalid_type', expected: 'nonoptional', input: value });
      return z.NEVER;
    }
    const before = context.issues.length;
    const data = read(value, (message, { path = [], part = 'value' } = {}) => {
      const issue = { code: 'custom', message, path: [...path], params: { part }, input: value };
      context.issues.push(issue as z.core.$ZodRawIssue);
    });
    return context.issues.length > before || data === undefined ? z.NEVER : data;
  });
  return readAs(schema, () => read.json?.() ?? {});
}

type ObjectSchema = z.ZodType & { readonly shape: Readonly<Record<string, z.ZodType>> };

export interface MappingOptions<S extends ObjectSchema> {
  readonly schema: S;
  /** Of what has to be given: how it could look. */
  readonly examples?: Readonly<Record<string, string>>;
}

/** A mapping by its strict schema: everything wrong with it is reported, misspelt keys with advice. */
export function mapping<S extends ObjectSchema>(options: MappingOptions<S>): Reader<z.output<S>> {
  const { schema, examples = {} } = options;
  const keys = Object.keys(schema.shape);
  return described(
    () => jsonSchemaOf(schema),
    (value, report) => {
      const result = schema.safeParse(value, { reportInput: true });
      if (result.success) return result.data;
      const { issues } = result.error;
      const misspelt = issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' ? issue.keys.map((key) => nearest(key, keys)) : [],
      );
      for (const issue of issues) {
        const { path } = issue;
        const key = String(path.at(-1));
        if (issue.code === 'unrecognized_keys') {
          for (const unknown of issue.keys) {
            report(unknownKey(unknown, keys), { path: [unknown], part: 'key' });
          }
        } else if (issue.code === 'custom') {
          const part = issue.params?.['part'] === 'key' ? 'key' : 'value';
          report(issue.message, { path, part });
        } else if (issue.input !== undefined) {
          report(wrongType('a mapping', issue.input), { path });
        } else if (!misspelt.includes(key)) {
          const example = examples[key];
          report(`\`${key}\` is missing${example ? `; add it, such as ${key}: ${example}` : ''}`);
        }
      }
      return undefined;
    },
  );
}

export interface ListOptions<T> {
  readonly item: Reader<T>;
  /** Said of a list without items; without it such a list is fine. */
  readonly empty?: string;
  /** What no two items may share, and what is said of the second. */
  readonly distinct?: {
    readonly key: (item: unknown, data: T | undefined) => unknown;
    readonly twice: (item: unknown) => string;
  };
}

/** A list, or one item in its place. */
export function list<T>({ item: read, empty, distinct }: ListOptions<T>): Reader<readonly T[]> {
  const json = (): JsonSchema => {
    const items = read.json?.() ?? {};
    return { anyOf: [items, { type: 'array', items, ...(empty ? { minItems: 1 } : {}) }] };
  };
  return described(json, (value, report) => {
    if (value === null) return report(empty ?? wrongType('a list', null));
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length === 0 && empty) report(empty);
    const seen = new Set<unknown>();
    return items.flatMap((item, index) => {
      const data = read(item, below(report, index));
      const key = distinct?.key(item, data);
      if (key !== undefined && seen.has(key)) below(report, index)(distinct?.twice(item) ?? '');
      seen.add(key);
      return data === undefined ? [] : [data];
    });
  });
}

/** `must be a list, not "x"`: for a value of the wrong type. */
export function wrongType(expected: string, value: unknown): string {
  if (value === null) return `has no value; it must be ${expected}`;
  if (Array.isArray(value)) return `must be ${expected}, not a list`;
  if (typeof value === 'object') return `must be ${expected}, not a mapping`;
  // JSON has no infinity.
  return `must be ${expected}, not ${typeof value === 'number' ? value : JSON.stringify(value)}`;
}

/** The whole sentence: a message such as `must be text, not 42` leaves out what it speaks of. */
export function sentence(message: string, path: Path): string {
  if (!/^(?:must|has|needs) /.test(message)) return message;
  const key = path.findLast((step) => typeof step === 'string');
  if (key === undefined) return `the file ${message}`;
  return `${typeof path.at(-1) === 'number' ? 'an item of ' : ''}\`${String(key)}\` ${message}`;
}

function unknownKey(key: string, keys: readonly string[]): string {
  const near = nearest(key, keys);
  const advice = near
    ? `did you mean \`${near}\`?`
    : `the keys here are ${keys.map((known) => `\`${known}\``).join(', ')}`;
  return `unknown key \`${key}\`; ${advice}`;
}

/** The known text that was probably meant. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = known
    .map((one) => ({ one, far: distance(wanted, one.toLowerCase()) }))
    .filter(({ far }) => far <= most);
  return ranked.toSorted((a, b) => a.far - b.far)[0]?.one;
}
