// The parts of the bench beside calls: each measures in processes of its own and says so in lines.
import { journalSection } from './journal.ts';
import { scopesSection } from './scopes.ts';
import { startUpSection } from './startup.ts';

/** `quick`: that everything runs; `usual`; `full`: as many as a promise speaks of. */
export type Size = 'quick' | 'usual' | 'full';

export interface SectionOptions {
  readonly size: Size;
  readonly progress: (what: string) => void;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export async function measureSections(options: SectionOptions): Promise<readonly Section[]> {
  return [
    await scopesSection(options),
    await startUpSection(options),
    await journalSection(options),
  ];
}

export function printSections(sections: readonly Section[]): void {
  for (const { title, lines } of sections) {
    console.log(`\n${title}\n`);
    for (const line of lines) console.log(`  ${line}`);
  }
}
