// The store's journal against a bare node:sqlite group commit of the same bytes.
import { runPart } from './children.ts';
import type { GroupsRow } from './journal-groups.ts';
import type { Section, SectionOptions } from './sections.ts';

const TURNS = { quick: 3, usual: 16, full: 32 };
const PAIRS = [16, 64, 256];

export async function journalSection({ size, progress }: SectionOptions): Promise<Section> {
  const lines: string[] = [];
  for (const pairs of PAIRS) {
    progress(`journal, groups of ${pairs} pairs`);
    const file = 'journal-groups.ts';
    const row = await runPart<GroupsRow>({ file, args: [pairs, TURNS[size]] });
    lines.push(told(row));
  }
  return { title: 'Journal against a bare node:sqlite group commit of the same rows', lines };
}

function told(row: GroupsRow): string {
  const { pairs, bytes, journalPerSecond, barePerSecond, mainThreadUs } = row;
  const ratio = (journalPerSecond / barePerSecond).toFixed(2);
  const rates = [journalPerSecond, barePerSecond].map((each) => Math.round(each * pairs));
  const group = `${String(pairs).padStart(3)} pairs, ${(bytes / 1024).toFixed(0)} KiB a group`;
  const own = `${(mainThreadUs / pairs).toFixed(1)} µs of the main thread a pair`;
  return `${group}: ${ratio} × (${rates.join(' against ')} pairs/s; ${own})`;
}
