// The parts of the bench beside calls: each measures in processes of its own and says so in lines.
import { sdkSection } from './compare.ts';
import { countingSection } from './counting.ts';
import { journalSection } from './journal.ts';
import { parsersSection } from './parsers.ts';
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

const SECTIONS = {
  scopes: scopesSection,
  startup: startUpSection,
  journal: journalSection,
  counting: countingSection,
  parsers: parsersSection,
  sdk: sdkSection,
};

export type SectionName = keyof typeof SECTIONS;
export const sectionNames = Object.keys(SECTIONS) as readonly SectionName[];

export async function measureSections(
  names: readonly SectionName[],
  options: SectionOptions,
): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const name of names) sections.push(await SECTIONS[name](options));
  return sections;
}

export function printSections(sections: readonly Section[]): void {
  for (const { title, lines } of sections) {
    console.log(`\n${title}\n`);
    for (const line of lines) console.log(`  ${line}`);
  }
}
