// How far an export has come: a bar on standard error, only where that is a terminal.
import { countText } from './output.ts';

const WIDTH = 30;
const EVERY_MS = 100;

export class Progress {
  readonly #isShown: boolean;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  /** Quiet: the terminal shows what is written. */
  constructor({ isQuiet }: { readonly isQuiet: boolean }) {
    this.#isShown = process.stderr.isTTY && !isQuiet;
  }

  show({ share, count }: { readonly share: number; readonly count: number }): void {
    const nowMs = performance.now();
    if (!this.#isShown || nowMs - this.#shownAtMs < EVERY_MS) return;
    this.#shownAtMs = nowMs;
    const full = Math.round(share * WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    process.stderr.write(`\r${bar} ${percent} %  ${countText(count)} entries`);
  }

  /** Leaves the line as it was before. */
  end(): void {
    if (this.#isShown) process.stderr.write('\r\u001b[K');
  }
}
