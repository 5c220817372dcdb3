// Keeps what is held ahead of a stream's output, where less is held than it can become.
import { type Denied, utf8Length } from '@spendfuse/core';
import { atMost } from './at-most.ts';

export interface GrowthOptions {
  /** Output covered by the hold, of all choices. */
  readonly heldTokens: number;
  /** What the output can become; Infinity: nobody knows. */
  readonly mostTokens: number;
  /** Asks for this much output to be held; resolves with what is held, less where no more can come. */
  readonly extend: (outputTokens: number) => Promise<number | Denied>;
  /** How long the stream waits for one answer. */
  readonly waitMs: number;
  /** Tokens of a text; undefined: they cannot be counted yet. */
  readonly count: (text: string) => Promise<number> | undefined;
  /** The same, however long it takes. */
  readonly countExactly: (text: string) => Promise<number>;
}

interface Asking {
  readonly answer: Promise<void>;
  patience?: Promise<void>;
}

/** More is asked for when this share of what is left of the hold is used. */
const ASK_AT = 0.75;
/** At least so much at once; where that is refused, a quarter, down to so little. */
const MIN_STEP_TOKENS = 256;
const LAST_STEP_TOKENS = 16;
/** A guess, for as long as nothing is counted. */
const BYTES_PER_TOKEN = 4;

/**
 * Contract: as long as `check` is awaited before more is read, the output that is seen stays within
 * what is held, but for what one reading brings more than the one before it. Where nobody answers in
 * time, the stream goes on: only a denial ends it, however late it comes. Output that is not shown (reasoning) is not seen.
 */
export class Growth {
  readonly #options: GrowthOptions;
  #heldTokens: number;
  #askAtTokens: number;
  /** Counted, and what is not. */
  #tokens = 0;
  #uncounted = '';
  #uncountedBytes = 0;
  #uncountedEvents = 0;
  /** As of the latest look. */
  #seen = 0;
  #seenBytes = 0;
  /** Of the latest reading: the next one may bring as much. */
  #latestBytes = 0;
  #bytes = 0;
  #asking: Asking | undefined;
  #denied: Denied | undefined;
  #isWhole: boolean;

  constructor(options: GrowthOptions) {
    this.#options = options;
    this.#heldTokens = options.heldTokens;
    this.#askAtTokens = ASK_AT * options.heldTokens;
    this.#isWhole = options.heldTokens >= options.mostTokens;
  }

  /** Output has come. */
  take(output: string): void {
    if (output === '') return;
    const bytes = utf8Length(output);
    this.#bytes += bytes;
    this.#uncounted += output;
    this.#uncountedBytes += bytes;
    this.#uncountedEvents += 1;
  }

  /** Undefined: there is room for more. A denial: there is none to be had. */
  check(): Promise<Denied | undefined> | undefined {
    this.#latestBytes = this.#bytes - this.#seenBytes;
    this.#seenBytes = this.#bytes;
    // No token is shorter than a byte, so most of the time nothing has to be counted.
    const most = this.#tokens + this.#uncountedBytes + this.#latestBytes;
    return this.#isWhole || most < this.#askAtTokens ? undefined : this.#check();
  }

  async #check(): Promise<Denied | undefined> {
    const { count, countExactly } = this.#options;
    await this.#look(count);
    if (this.#next() < this.#askAtTokens) return undefined;
    this.#asking ??= { answer: this.#ask().finally(() => (this.#asking = undefined)) };
    if (this.#next() <= this.#heldTokens) return undefined;
    // Waited for once, by however many readings.
    await (this.#asking.patience ??= atMost(this.#options.waitMs, this.#asking.answer));
    // No stream ends because of a guess.
    if (this.#denied && this.#uncountedBytes > 0) await this.#look(countExactly);
    return this.#isWhole || this.#next() <= this.#heldTokens ? undefined : this.#denied;
  }

  /** What will have been seen when the next reading has come. */
  #next(): number {
    const latest = (this.#latestBytes / this.#bytes) * this.#seen;
    return this.#seen + Math.max(1, Math.ceil(latest));
  }

  async #look(count: GrowthOptions['count']): Promise<void> {
    const counted = await count(this.#uncounted)?.catch(() => undefined);
    if (counted === undefined) {
      const guessed = Math.max(this.#uncountedEvents, this.#uncountedBytes / BYTES_PER_TOKEN);
      this.#seen = this.#tokens + Math.ceil(guessed);
    } else {
      this.#tokens += counted;
      this.#seen = this.#tokens;
      this.#uncounted = '';
      this.#uncountedBytes = 0;
      this.#uncountedEvents = 0;
    }
  }

  async #ask(): Promise<void> {
    const { extend, mostTokens } = this.#options;
    let step = Math.max(MIN_STEP_TOKENS, Math.ceil(this.#heldTokens / 2));
    for (; step >= LAST_STEP_TOKENS; step = Math.ceil(step / 4)) {
      const wanted = Math.min(mostTokens, Math.max(this.#heldTokens, this.#next()) + step);
      const answer = await extend(wanted).catch(() => wanted);
      if (typeof answer === 'number') {
        this.#denied = undefined;
        this.#isWhole = wanted === mostTokens || answer < wanted;
        this.#heldTokens = wanted;
        this.#askAtTokens = this.#seen + ASK_AT * (wanted - this.#seen);
        return;
      }
      this.#denied = answer;
    }
    // It is asked once more when all that is held is used: there may be room by then.
    this.#askAtTokens = this.#heldTokens;
  }
}
