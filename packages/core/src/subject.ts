// Who spends: label rules, what a call is known by, and the ancestors of a run.
import { invalid } from './errors.ts';

/** Names `[a-z][a-z0-9_.-]{0,62}`, values up to 256 bytes of UTF-8, at most 32. */
export type Labels = Readonly<Record<string, string>>;

/** What the authority knows of a call: who makes it, and what is called. */
export interface Call {
  readonly labels: Labels;
  /** As in `gen_ai.provider.name`: `openai`, `anthropic`, … */
  readonly provider: string;
  /** As in the request. */
  readonly model: string;
  /** As in `gen_ai.operation.name`: `chat`, `embeddings`, `text_completion`. */
  readonly operation: string;
}

export const MAX_LABELS = 32;
export const MAX_LABEL_BYTES = 256;
export const MAX_RUN_LEVELS = 8;

/** Computed from the call itself, so refused as labels. */
export const COMPUTED_LABELS = ['provider', 'model', 'operation'] as const;

/** The value of a `per` label that a call does not carry. */
export const NO_VALUE = '(none)';

const LABEL_NAME = /^[a-z][a-z0-9_.-]{0,62}$/;

/** @throws SpendfuseError `INVALID_ARGUMENT` naming the label at fault. */
export function checkLabels(labels: Labels, field = 'labels'): void {
  let count = 0;
  for (const name in labels) {
    count += 1;
    checkLabel({ name, value: labels[name], field });
  }
  if (count > MAX_LABELS) throw invalid(field, `${count} labels; at most ${MAX_LABELS}`);
}

function checkLabel({ name, value, field }: { name: string; value: unknown; field: string }): void {
  const at = `${field}.${name.slice(0, 63)}`;
  if (!LABEL_NAME.test(name)) {
    throw invalid(at, 'a label name is a lower-case letter, then up to 62 of a-z 0-9 _ . -');
  }
  if ((COMPUTED_LABELS as readonly string[]).includes(name)) {
    throw invalid(at, 'is computed from the call and cannot be given as a label');
  }
  if (typeof value !== 'string' || value === '') throw invalid(at, 'needs a value');
  if (utf8Length(value) > MAX_LABEL_BYTES) {
    throw invalid(at, `the value is longer than ${MAX_LABEL_BYTES} bytes`);
  }
  if (hasControlCharacter(value)) throw invalid(at, 'the value has control characters');
  if (name === 'run') checkRun(value, at);
}

function checkRun(path: string, field: string): void {
  const levels = path.split('/');
  if (levels.length > MAX_RUN_LEVELS) throw invalid(field, `at most ${MAX_RUN_LEVELS} levels`);
  if (levels.includes('')) throw invalid(field, 'a level of the path is empty');
}

/** `a/b/c` → `a`, `a/b`, `a/b/c`: a child's spend counts for every ancestor. */
export function runAncestors(path: string): readonly string[] {
  const ancestors: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    ancestors.push(path.slice(0, at));
  }
  ancestors.push(path);
  return ancestors;
}

/** The value of a label or computed label, or undefined where the call has none. */
export function labelOf(call: Call, name: string): string | undefined {
  if (name === 'provider' || name === 'model' || name === 'operation') return call[name];
  // What every object inherits under a name (`constructor`) is no text.
  const value: unknown = call.labels[name];
  return typeof value === 'string' ? value : undefined;
}

function hasControlCharacter(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

/** Bytes of a string in UTF-8, without encoding it; a lone surrogate counts as its replacement, 3. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (isPair(text, i)) {
      bytes += 2;
      i += 1;
    } else bytes += 2;
  }
  return bytes;
}

function isPair(text: string, i: number): boolean {
  const high = text.charCodeAt(i);
  const low = text.charCodeAt(i + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
