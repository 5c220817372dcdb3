// Counts wrong tokens by address and minute. A right token is never held up: 256 bits are not guessed,
// and whoever shares an address with a broken script must still be able to act.

const MINUTE_MS = 60_000;
const MAX_ADDRESSES = 1000;

export class WrongTokens {
  /** So many of an address are answered in a minute. */
  static readonly MOST = 20;

  #minute = 0;
  #counts = new Map<string, number>();

  /** How many there were in this minute, this one included. */
  add(address: string, nowMs: number): number {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute || this.#counts.size >= MAX_ADDRESSES) this.#counts = new Map();
    this.#minute = minute;
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count;
  }
}
