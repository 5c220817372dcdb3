// Variables of the environment in a budgets file: `${NAME}` and `${NAME:-default}` in values.
import {
  type Document,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  visit,
} from 'yaml';
import type { Path } from './reading.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that variables stand in. */
export interface Substitution {
  readonly path: Path;
  readonly offset: number;
  /** As written, such as `${LIMIT}/day`. */
  readonly source: string;
  /** As read; undefined where a variable is missing. */
  readonly value: string | undefined;
  readonly problem: string | undefined;
  /** There is something of the environment in it, and not only defaults. */
  readonly isSecret: boolean;
}

/** `$${` stands for `${`; everything else with a dollar, such as `$5/day`, for itself. */
const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** Puts variables into the document's values. A key never has any. */
export function substitute(document: Document, env: Environment): readonly Substitution[] {
  const done: Substitution[] = [];
  visit(document, {
    Scalar(key, scalar, ancestors) {
      const { value: source } = scalar;
      if (key === 'key' || typeof source !== 'string' || !source.includes('${')) return;
      const { value, problem, isSecret } = resolve(source, env);
      if (value === undefined || value !== source) {
        const path = pathOf([...ancestors, scalar] as readonly Node[]);
        done.push({ path, offset: scalar.range?.[0] ?? 0, source, value, problem, isSecret });
      }
      // A bare value is read again, as far as it is a number: text never becomes a list or mapping.
      if (value !== undefined) scalar.value = asScalar(scalar, value);
    },
  });
  return done;
}

function asScalar({ type }: Scalar, value: string): string | number {
  return type === 'PLAIN' && NUMBER.test(value) ? Number(value) : value;
}

type Resolved = Pick<Substitution, 'value' | 'problem' | 'isSecret'>;

function resolve(source: string, env: Environment): Resolved {
  let problem: string | undefined;
  let isSecret = false;
  const value = source.replaceAll(REFERENCE, (whole, inside: string | undefined, end: string) => {
    if (inside === undefined) return '${';
    const at = inside.indexOf(':-');
    const name = at === -1 ? inside : inside.slice(0, at);
    const fallback = at === -1 ? undefined : inside.slice(at + 2);
    if (end === '' || !NAME.test(name)) {
      problem ??= `"${whole}" names no variable; write it like \${NAME} or \${NAME:-default}, and $\${ for the text itself`;
      return '';
    }
    // As in a shell: the default also stands in for an empty variable.
    const given = env[name];
    if (fallback !== undefined && (given === undefined || given === '')) return fallback;
    if (given === undefined) {
      problem ??= `the variable ${name} is not set; set it, or give a default: \${${name}:-…}`;
    }
    isSecret = true;
    return given ?? '';
  });
  return { value: problem === undefined ? value : undefined, problem, isSecret };
}

function pathOf(chain: readonly (Node | Pair | Document)[]): Path {
  const path: PropertyKey[] = [];
  chain.forEach((node, index) => {
    if (isPair(node)) path.push(isScalar(node.key) ? String(node.key.value) : '');
    const parent = chain[index - 1];
    if (isSeq(parent)) path.push(parent.items.indexOf(node));
  });
  return path;
}

/**
 * What is said of a value may quote it; what a variable holds is never shown. Undefined: nothing is
 * to be said, because a variable is missing and that is said already.
 */
export function withoutValues(
  message: string,
  { path, substitutions }: { readonly path: Path; readonly substitutions: readonly Substitution[] },
): string | undefined {
  let shown = message;
  for (const { path: at, source, value, isSecret } of substitutions) {
    const isThere = isPrefix(at, path);
    if (isThere && value === undefined) return undefined;
    if (!isSecret || !value || !(isThere || isPrefix(path, at))) continue;
    shown = shown.replaceAll(value, source);
    if (isThere && quotesPartOf(value, shown.replaceAll(source, ''))) {
      return `what ${source} stands for is not valid here; it is not shown, as variables may be secret`;
    }
  }
  return shown;
}

/** What comes after a semicolon is advice, the same for every value. */
function quotesPartOf(value: string, message: string): boolean {
  const told = value.includes(';') ? message : (message.split('; ')[0] ?? '');
  const words = new Set(told.split(/[^\p{L}\p{N}]+/u));
  return value.split(/[^\p{L}\p{N}]+/u).some((word) => word !== '' && words.has(word));
}

function isPrefix(start: Path, path: Path): boolean {
  return start.every((step, index) => String(step) === String(path[index]));
}
