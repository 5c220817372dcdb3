// The counters of one budget by key: many small maps, since a large one holds everybody up when it grows.
import type { Counter } from './counter.ts';

/** A map of a million takes a tenth of a second to grow or to shrink; one of these about a millisecond. */
const MAPS = 64;

export class CounterMap {
  readonly #maps: (Map<string, Counter> | undefined)[] = [];
  size = 0;

  get(key: string): Counter | undefined {
    return this.#maps[placeOf(key)]?.get(key);
  }

  /** The key must not be there yet. */
  add(key: string, counter: Counter): void {
    const place = placeOf(key);
    const map = this.#maps[place] ?? new Map<string, Counter>();
    this.#maps[place] = map.set(key, counter);
    this.size += 1;
  }

  delete(key: string): void {
    if (this.#maps[placeOf(key)]?.delete(key)) this.size -= 1;
  }

  *values(): Generator<Counter> {
    for (const map of this.#maps) if (map) yield* map.values();
  }
}

/** By the end of the key, where scopes differ. */
function placeOf(key: string): number {
  const { length } = key;
  const last = key.charCodeAt(length - 1);
  // A key of two letters has no third: NaN, which the mask makes 0.
  return (last * 31 + key.charCodeAt(length - 2) * 7 + key.charCodeAt(length - 3)) & (MAPS - 1);
}
