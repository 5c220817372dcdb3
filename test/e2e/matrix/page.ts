// The tables of docs/sdks.md: what a program sees of each call, and how it is charged.
import { OUTCOMES, type Outcome, type Seen } from './cells.ts';
import type { Family, Sdk } from './family.ts';
import type { Judged } from './judge.ts';

/** A family, and the cells of all its programs. */
export interface TriedIn {
  readonly family: Family;
  readonly cells: readonly JudgedOf[];
}

interface JudgedOf extends Judged {
  readonly sdk: Sdk;
}

const BEGIN = '<!-- Made by test/e2e/matrix; `npm test -- matrix -u` makes it anew. -->\n';
const END = '<!-- Here it ends. -->\n';

/** The page with the tables of these results between its marks. */
export function pageWith(page: string, all: readonly TriedIn[]): string {
  const [head = '', rest = ''] = page.split(BEGIN);
  const [, tail = ''] = rest.split(END);
  return `${head}${BEGIN}${all.map(sectionOf).join('')}\n${END}${tail}`;
}

function sectionOf({ family, cells }: TriedIn): string {
  const { title, sdks, styles } = family;
  const rows = styles.map(({ name }) => {
    const own = cells.filter(({ seen }) => seen.name === name);
    return [`\`${name}\``, ...OUTCOMES.map((outcome) => textOf(own, outcome))];
  });
  const parts = [`### ${title}`, versionsOf(sdks), padded([['', ...OUTCOMES], ...rows]).join('\n')];
  const missing = sdks.filter(({ without }) => without);
  if (missing.length > 0) parts.push(missing.map(missingOf).join('\n'));
  return `\n${parts.join('\n\n')}\n`;
}

/** `openai` 7, 6, 5 */
function versionsOf(sdks: readonly Sdk[]): string {
  const byName = Object.groupBy(sdks, ({ name }) => name);
  return Object.entries(byName)
    .map(([name, own = []]) => `\`${name}\` ${own.map(({ version }) => version).join(', ')}`)
    .join('; ');
}

function missingOf({ name, version, without = [] }: Sdk): string {
  return `\`${name}\` ${version} has no ${without.map((style) => `\`${style}\``).join(', ')}.`;
}

/** A table as the formatter has it. */
function padded([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [lineOf(head), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.map(lineOf)];
}

/** What all SDKs of the family see, the newest first; others with their versions, where they differ. */
function textOf(cells: readonly JudgedOf[], outcome: Outcome): string {
  const own = cells.filter(({ seen }) => seen.outcome === outcome);
  if (own.length === 0) return '–';
  if (own.some(({ problems }) => problems.length > 0)) return '**no**';
  const saw = textsOf(own, ({ seen }) => sawOf(seen));
  const source = textsOf(own, ({ usageSource }) =>
    usageSource === 'estimated' ? 'estimated' : '',
  );
  return [saw, source].filter(Boolean).join(', ');
}

function textsOf(cells: readonly JudgedOf[], of: (cell: JudgedOf) => string): string {
  const byText = Object.entries(Object.groupBy(cells, of));
  return byText
    .map(([text, same = []], position) => {
      const versions = new Set(same.map(({ sdk }) => sdk.version));
      return position === 0 ? text : `${text} (${[...versions].join(', ')})`;
    })
    .join(' or ');
}

function sawOf({ error }: Seen): string {
  if (!error) return 'result';
  if (error.reason === undefined || error.isOurs) return `\`${error.name}\``;
  return `\`${error.name}\` around ours`;
}
