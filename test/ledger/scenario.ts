// A scenario as text: one line a step, `verb … -> expected answer | counters after`. The reading of it.

/** `reserve a 60+40 user=u1 -> granted | day 0+100` */
export interface Step {
  /** As written, for messages. */
  readonly text: string;
  readonly verb: string;
  /** Words without `=`: names of ids, amounts, durations. */
  readonly words: readonly string[];
  /** Words `name=value`. */
  readonly options: Readonly<Record<string, string>>;
  /** What the answer must have: its first word, and each of the others somewhere. */
  readonly expected: readonly string[];
  readonly counters: readonly ExpectedCounter[];
}

/** `team[user=u1].tokens@day 3+4`: committed + reserved. */
export interface ExpectedCounter {
  readonly text: string;
  readonly budget: string;
  readonly scope: Readonly<Record<string, string>>;
  readonly unit: string | undefined;
  readonly window: string | undefined;
  readonly sums: string;
}

export interface Scenario {
  readonly title: string;
  /** Rules of the ledger that the title names: `L1`. */
  readonly rules: readonly string[];
  /** It needs a world that outlives a crash. */
  readonly crashes: boolean;
  /** The budgets file. */
  readonly config: string;
  readonly steps: readonly Step[];
}

/** Every token costs one nano-USD for `m`, ten for `dear`; `unpriced` has no price. */
const PRICES = `prices:
  - { model: m, input: $0.001, output: $0.001, maxOutputTokens: 100 }
  - { model: dear, input: $0.01, output: $0.01, maxOutputTokens: 100 }
  - { model: free, input: 0, output: 0, maxOutputTokens: 100 }
`;

/**
 * Lines `budget: {…}` and `config: key: value` make the budgets file; every other line that is not empty
 * and no comment (`#`) is a step.
 */
export function scenario(title: string, text: string): Scenario {
  const lines = text.split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const budgets = taken(told, 'budget:').map((budget) => `  - ${budget}`);
  const settings = taken(told, 'config:');
  const config = [PRICES, ...settings, 'budgets:', ...budgets, ''].join('\n');
  const steps = told.filter((line) => !/^(?:budget|config):/.test(line)).map(readStep);
  const rules = title.match(/\bL\d+\b/g) ?? [];
  return { title, rules, crashes: steps.some(({ verb }) => verb === 'crash'), config, steps };
}

function taken(lines: readonly string[], prefix: string): readonly string[] {
  return lines
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
}

function readStep(text: string): Step {
  const [act = '', after = ''] = split(text, ' | ');
  const [told = '', answer = ''] = split(act, ' -> ');
  const [verb = '', ...rest] = told.split(/\s+/);
  const options = rest.filter((word) => word.includes('=')).map(pair);
  return {
    text,
    verb,
    words: rest.filter((word) => !word.includes('=')),
    options: Object.fromEntries(options),
    expected: answer.split(/\s+/).filter(Boolean),
    counters: after
      .split(/,\s+/)
      .filter((each) => each.trim() !== '')
      .map((each) => readCounter(each.trim())),
  };
}

const COUNTER = /^([a-z][\w.-]*?)(?:\[([^\]]*)\])?(?:\.([a-z_]+))?(?:@(\S+))? (-?\d+\+-?\d+)$/;

function readCounter(text: string): ExpectedCounter {
  const parts = COUNTER.exec(text);
  if (!parts) throw new Error(`"${text}" is no counter; write it like day[user=u1].tokens 3+4`);
  const [, budget = '', scope = '', unit, window, sums = ''] = parts;
  const labels = scope.split(',').filter(Boolean).map(pair);
  return { text, budget, scope: Object.fromEntries(labels), unit, window, sums };
}

function pair(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

function split(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  if (at === -1) return [text.trim()];
  return [text.slice(0, at).trim(), text.slice(at + mark.length).trim()];
}
