// Where counters lie: in blocks, with their numbers outside the heap, where a million cost the collector nothing.
import type { Counter, Place } from './counter.ts';

/** How many numbers a counter has. */
const WIDTH = 5;
const BLOCK_BITS = 10;
const COUNTERS_IN_BLOCK = 1 << BLOCK_BITS;

interface Block {
  /** Of one counter after the other. */
  readonly numbers: Float64Array;
  readonly counters: (Counter | undefined)[];
  /** Indexes that no counter has. */
  readonly free: number[];
}

/** Contract: a place is one counter's until it is given back. Blocks without counters are let go of. */
export class CounterTable {
  readonly #blocks: (Block | undefined)[] = [];
  /** Numbers of blocks that have room, and of those that are not there. */
  readonly #withRoom = new Set<number>();

  /** Places are below this one. */
  get end(): number {
    return this.#blocks.length * COUNTERS_IN_BLOCK;
  }

  at(place: number): Counter | undefined {
    const block = this.#blocks[place >>> BLOCK_BITS];
    return block?.counters[place & (COUNTERS_IN_BLOCK - 1)];
  }

  take(): Place {
    const [number = this.#blocks.length] = this.#withRoom;
    const block = this.#blocks[number] ?? newBlock();
    this.#blocks[number] = block;
    const { numbers, free } = block;
    const index = free.pop() as number;
    if (free.length === 0) this.#withRoom.delete(number);
    else this.#withRoom.add(number);
    return { place: number * COUNTERS_IN_BLOCK + index, numbers, at: index * WIDTH };
  }

  /** Lays a counter at the place that was taken for it. */
  put(counter: Counter): void {
    const { place } = counter;
    const block = this.#blocks[place >>> BLOCK_BITS] as Block;
    block.counters[place & (COUNTERS_IN_BLOCK - 1)] = counter;
  }

  giveBack(place: number): void {
    const number = place >>> BLOCK_BITS;
    const { counters, free } = this.#blocks[number] as Block;
    counters[place & (COUNTERS_IN_BLOCK - 1)] = undefined;
    free.push(place & (COUNTERS_IN_BLOCK - 1));
    if (free.length === COUNTERS_IN_BLOCK) this.#blocks[number] = undefined;
    this.#withRoom.add(number);
  }

  *values(): Iterable<Counter> {
    for (const block of this.#blocks) {
      for (const counter of block?.counters ?? []) if (counter) yield counter;
    }
  }
}

function newBlock(): Block {
  const free: number[] = [];
  for (let index = COUNTERS_IN_BLOCK - 1; index >= 0; index--) free.push(index);
  const numbers = new Float64Array(COUNTERS_IN_BLOCK * WIDTH);
  return { numbers, counters: free.map(() => undefined), free };
}
