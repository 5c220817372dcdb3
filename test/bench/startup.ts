// How long a start takes after a long history: killed at some point, and stopped.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPart } from './children.ts';
import type { Section, SectionOptions } from './sections.ts';
import type { Opened } from './startup-open.ts';

const PAIRS = { quick: 5_000, usual: 100_000, full: 5_000_000 };

export async function startUpSection({ size, progress }: SectionOptions): Promise<Section> {
  const pairs = PAIRS[size];
  const folder = await mkdtemp(join(tmpdir(), 'spendfuse-bench-'));
  try {
    progress(`a history of ${pairs} pairs`);
    await runPart({ file: 'startup-fill.ts', args: [folder, pairs] });
    progress('start after a history');
    const open = { file: 'startup-open.ts', args: [folder] };
    const killed = await runPart<Opened>(open);
    const stopped = await runPart<Opened>(open);
    return {
      title: `Start after ${2 * pairs} entries (aim: 2 s after 10,000,000)`,
      lines: [`killed:  ${told(killed)}`, `stopped: ${told(stopped)}`],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function told({ readyMs, cpuMs, peakMb, tailRows, rows }: Opened): string {
  const ready = `ready in ${readyMs.toFixed(0)} ms (CPU ${cpuMs.toFixed(0)} ms)`;
  return `${ready}, at most ${peakMb.toFixed(0)} MB, ${tailRows} of ${rows} rows after the snapshot`;
}
