// The tables of docs/sdks.md: what a program sees of each call, and how it is charged.
import { OUTCOMES, type Outcome, type Seen } from './cells.ts';
import type { Judged } from './judge.ts';

export interface Tried {
  /** Of the SDKs of one family, in the words of the page. */
  readonly title: string;
  readonly cells: readonly Judged[];
}

const BEGIN = '<!-- Made by test/e2e/matrix; `npm test -- matrix -u` makes it anew. -->\n';
const END = '<!-- Here it ends. -->\n';

/** The page with the tables of these results between its marks. */
export function pageWith(page: string, families: readonly Tried[]): string {
  const [head = '', rest = ''] = page.split(BEGIN);
  const [, tail = ''] = rest.split(END);
  return `${head}${BEGIN}${families.map(tableOf).join('')}\n${END}${tail}`;
}

function tableOf({ title, cells }: Tried): string {
  const names = [...new Set(cells.map(({ seen }) => seen.name))];
  const rows = names.map((name) => {
    const own = cells.filter(({ seen }) => seen.name === name);
    return [`\`${name}\``, ...OUTCOMES.map((outcome) => textOf(own, outcome))];
  });
  return `\n### ${title}\n\n${padded([['', ...OUTCOMES], ...rows]).join('\n')}\n`;
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

/** What all SDKs of the family make of it: usually the same. */
function textOf(cells: readonly Judged[], outcome: Outcome): string {
  const texts = cells
    .filter(({ seen }) => seen.outcome === outcome)
    .map(({ seen, problems, usageSource }) => {
      if (problems.length > 0) return '**no**';
      return usageSource === 'estimated' ? `${sawOf(seen)}, estimated` : sawOf(seen);
    });
  return [...new Set(texts)].toSorted().join(' or ') || '–';
}

function sawOf({ error }: Seen): string {
  if (!error) return 'result';
  if (error.reason === undefined || error.isOurs) return `\`${error.name}\``;
  return `\`${error.name}\` around ours`;
}
