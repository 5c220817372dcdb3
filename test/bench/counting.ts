// How long counting the tokens of a long prompt takes, and how long it holds the event loop meanwhile.
import { runPart } from './children.ts';
import { recordedLines } from './counting-recorded.ts';
import type { Counted, TextName } from './counting-text.ts';
import type { Section, SectionOptions } from './sections.ts';

const TEXTS: Readonly<Record<TextName, string>> = {
  english: '1 MB of English',
  chinese: '1 MB of Chinese',
  code: '1 MB of code',
  run: '100,000 × a',
};
const ROUNDS = { quick: 1, usual: 5, full: 15 };

export async function countingSection({ size, progress }: SectionOptions): Promise<Section> {
  const lines: string[] = [];
  progress('bounds of recorded inputs');
  const recorded = await recordedLines();
  for (const [name, title] of Object.entries(TEXTS)) {
    const rounds: Counted[] = [];
    for (let round = 0; round < ROUNDS[size]; round++) {
      progress(`counting ${title}, round ${round + 1}`);
      rounds.push(await runPart<Counted>({ file: 'counting-text.ts', args: [name] }));
    }
    lines.push(`${title.padEnd(16)} ${told(rounds)}`);
  }
  return {
    title: `Counting tokens aside, loading included; the calmest of ${ROUNDS[size]} (aim: 5 ms a turn)`,
    lines: [...lines, '', ...recorded],
  };
}

/** What others do on the machine only makes turns longer. */
function told(rounds: readonly Counted[]): string {
  const [best] = rounds.toSorted((a, b) => a.loopMaxMs - b.loopMaxMs);
  if (!best) return '';
  const { tokens, firstMs, againMs, mainThreadMs, cpuMs, loopP99Ms, loopMaxMs, idleMaxMs } = best;
  const calledMs = Math.min(...rounds.map((round) => round.calledMs));
  // Of all rounds: no one else is in it.
  const heldMs = Math.max(...rounds.map((round) => round.heldMs));
  return [
    `computed at a stretch ${ms(heldMs)}, call ${ms(calledMs)}`,
    `turn p99 ${ms(loopP99Ms)}, longest ${ms(loopMaxMs)} (idle ${ms(idleMaxMs)})`,
    `first ${ms(firstMs)}, another like it ${ms(againMs)}`,
    `CPU ${ms(mainThreadMs)} here, ${ms(cpuMs - mainThreadMs)} aside`,
    `${best.megabytes.toFixed(0)} MB`,
    `${tokens} tokens`,
  ].join('   ');
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
