// Where the numbers of counters lie: in blocks outside the heap, where a million cost the collector nothing.

/** How many numbers a counter has. */
const WIDTH = 5;
const COUNTERS_IN_BLOCK = 1024;

/** Those of some counters; a counter knows at which index its own begin. */
export interface NumberBlock {
  readonly numbers: Float64Array;
  /** Indexes that no counter has. */
  readonly free: number[];
}

/** Blocks of which no counter has a part any more are let go of. */
export class Numbers {
  readonly #withRoom = new Set<NumberBlock>();

  /** The place of a new counter. */
  take(): { readonly block: NumberBlock; readonly at: number } {
    const [block = this.#add()] = this.#withRoom;
    const at = block.free.pop() as number;
    if (block.free.length === 0) this.#withRoom.delete(block);
    return { block, at };
  }

  giveBack(block: NumberBlock, at: number): void {
    block.free.push(at);
    if (block.free.length === COUNTERS_IN_BLOCK) this.#withRoom.delete(block);
    else this.#withRoom.add(block);
  }

  #add(): NumberBlock {
    const free: number[] = [];
    for (let i = COUNTERS_IN_BLOCK - 1; i >= 0; i--) free.push(i * WIDTH);
    const block = { numbers: new Float64Array(COUNTERS_IN_BLOCK * WIDTH), free };
    this.#withRoom.add(block);
    return block;
  }
}
