// A YAML text as plain values that know where they stand in it.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { type Environment, substitute, type Substitution } from './environment.ts';
import type { Path } from './reading.ts';

/** Something wrong at an offset of the text. */
export interface Finding {
  readonly offset: number;
  readonly message: string;
}

export interface YamlText {
  /** Plain data; undefined where the text is no YAML at all, `null` where it is empty. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Values that come from the environment. */
  readonly substitutions: readonly Substitution[];
  /** The offset of what stands at the path, or of the nearest thing around it. */
  offsetOf(path: Path, part: 'key' | 'value'): number;
  lineAndColumn(offset: number): string;
}

/** Enough for anchors used by hand, too few to blow up. */
const MAX_ALIASES = 100;

export function readYaml(text: string, env: Environment): YamlText {
  const lineCounter = new LineCounter();
  const lineAndColumn = (offset: number): string => {
    const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
    return `${line}:${col}`;
  };
  try {
    const document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      stringKeys: true,
      resolveKnownTags: false,
      logLevel: 'error',
    });
    const errors = [...document.errors, ...document.warnings];
    const overflow = errors.find(({ message }) => /call stack|stack overflow/i.test(message));
    if (overflow) throw new RangeError(overflow.message);
    const findings = errors.map((error) => findingOf(error, text));
    findings.push(...badAliases(document));
    const unreadable =
      errors.some(({ code }) => code !== 'DUPLICATE_KEY') || findings.length > errors.length;
    const substitutions = unreadable ? [] : substitute(document, env);
    for (const { offset, problem } of substitutions) {
      if (problem !== undefined) findings.push({ offset, message: problem });
    }
    return {
      value: unreadable ? undefined : document.toJS({ maxAliasCount: MAX_ALIASES }),
      findings,
      substitutions,
      offsetOf: (path, part) => offsetOf(document, path, part),
      lineAndColumn,
    };
  } catch (error) {
    // The parser recurses, and counts what aliases multiply to while it resolves them.
    if (!(error instanceof RangeError || error instanceof ReferenceError)) throw error;
    const message =
      error instanceof RangeError
        ? 'the file is nested too deeply'
        : `the file has aliases that multiply beyond ${MAX_ALIASES}; write the values out`;
    return {
      value: undefined,
      findings: [{ offset: 0, message }],
      substitutions: [],
      offsetOf: () => 0,
      lineAndColumn,
    };
  }
}

function badAliases(document: Document): readonly Finding[] {
  const findings: Finding[] = [];
  let count = 0;
  visit(document, {
    Alias(_, alias: Alias) {
      const offset = alias.range?.[0] ?? 0;
      count += 1;
      if (count > MAX_ALIASES) {
        findings.push({
          offset,
          message: `more than ${MAX_ALIASES} aliases; write the values out`,
        });
        return visit.BREAK;
      }
      if (!alias.resolve(document)) {
        findings.push({ offset, message: quoteIt('*', `*${alias.source}`) });
      }
      return undefined;
    },
  });
  return findings;
}

/** The patterns of budgets start with what means something else in YAML. */
function quoteIt(sign: '*' | '!', text: string): string {
  const meaning = sign === '*' ? 'an alias' : 'a tag';
  return `YAML reads a leading ${sign} as ${meaning}; put the text in quotes: '${text}'`;
}

function findingOf({ code, message, pos }: YAMLError, text: string): Finding {
  // The parser points at what comes before a repeated key, or at its first character.
  const offset = text.slice(pos[0]).search(/\S|$/) + pos[0];
  const source = code === 'DUPLICATE_KEY' ? firstKey(text.slice(offset)) : text.slice(...pos);
  if (text.startsWith('${', pos[0] - 1)) {
    return {
      offset: offset - 1,
      message: `inside of [ ] and { } a variable needs quotes: "\${NAME}"`,
    };
  }
  return { offset, message: explain({ code, message, source }) };
}

function firstKey(text: string): string {
  return /^[^:\n]*/.exec(text)?.[0].trim() ?? '';
}

function explain(error: Pick<YAMLError, 'code' | 'message'> & { readonly source: string }): string {
  const { code, message, source } = error;
  switch (code) {
    case 'DUPLICATE_KEY':
      return `key \`${source}\` is given twice; keep one of them`;
    case 'TAG_RESOLVE_FAILED':
      return quoteIt('!', source);
    case 'BAD_ALIAS':
      return quoteIt('*', '*');
    case 'MULTIPLE_DOCS':
      return 'a second YAML document starts here; a budgets file is one: remove the ---';
    case 'NON_STRING_KEY':
      return 'a key must be text';
    case 'TAB_AS_INDENT':
      return 'YAML is indented by spaces, not by tabs';
    default:
      return `this is no valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        ({ key }) => isScalar(key) && key.value === String(step),
      );
      if (!pair) return offset;
      const wanted =
        part === 'key' && index === path.length - 1 ? pair.key : (pair.value ?? pair.key);
      node = isNode(wanted) ? wanted : null;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      node = isNode(item) ? item : null;
    } else return offset;
    offset = node?.range?.[0] ?? offset;
  }
  return offset;
}
