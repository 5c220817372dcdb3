// How much output calls usually have: a decaying histogram for each budget and model.
//
// State: in memory alone, because it is a habit and no balance: a new process holds worst cases until
// it has seen enough. At most 1,000 pairs of budget and model and 1,000 models are known, the least
// recently used go first; each takes 400 bytes.

/** Two calls of this many tokens more or less fall into one bucket: 2^(1/4), about 19 %. */
const STEPS_PER_DOUBLING = 4;
const BUCKETS = 100;
/** Nineteen of twenty calls have no more. */
const QUANTILE = 0.95;
/** Fewer calls say nothing about the twentieth. */
const MIN_CALLS = 20;
/** An old call counts half as much as one that came so many calls later. */
const HALF_LIFE_CALLS = 500;
const MAX_KNOWN = 1000;

export interface CallHabit {
  /** Ids of the adaptive budgets it counts for. */
  readonly budgets: readonly string[];
  readonly provider: string;
  readonly model: string;
}

export class OutputHabits {
  readonly #byBudget = new Map<string, Histogram>();
  readonly #byModel = new Map<string, Histogram>();

  /** Takes in the output of a call, of all its choices, as the provider reported it. */
  learn({ budgets, provider, model }: CallHabit, outputTokens: number): void {
    const ofModel = `${provider}|${model}`;
    histogramOf(this.#byModel, ofModel).add(outputTokens);
    for (const budget of budgets) {
      histogramOf(this.#byBudget, `${budget}|${ofModel}`).add(outputTokens);
    }
  }

  /**
   * What a call is to hold for its output: a high quantile of the calls of the same budget and model,
   * the highest of its budgets'; of the model in any budget where a budget knows too little.
   * Undefined: too little is known.
   */
  usual({ budgets, provider, model }: CallHabit): number | undefined {
    const ofModel = `${provider}|${model}`;
    const seed = this.#byModel.get(ofModel)?.quantile();
    const each = budgets.map(
      (budget) => this.#byBudget.get(`${budget}|${ofModel}`)?.quantile() ?? seed,
    );
    if (each.length === 0 || each.includes(undefined)) return undefined;
    return Math.max(...(each as readonly number[]));
  }
}

/** The one of the key, made where there is none; it is the most recently used then. */
function histogramOf(known: Map<string, Histogram>, key: string): Histogram {
  const histogram = known.get(key) ?? new Histogram();
  known.delete(key);
  known.set(key, histogram);
  const oldest = known.keys().next().value;
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  return histogram;
}

class Histogram {
  readonly #weights = new Float32Array(BUCKETS);
  #calls = 0;

  add(tokens: number): void {
    this.#calls += 1;
    const at = Math.min(BUCKETS - 1, bucketOf(tokens));
    this.#weights[at] = (this.#weights[at] ?? 0) + 1;
    if (this.#calls % HALF_LIFE_CALLS === 0) {
      for (let i = 0; i < BUCKETS; i++) this.#weights[i] = (this.#weights[i] ?? 0) / 2;
    }
  }

  /** The upper end of the bucket; undefined after too few calls. */
  quantile(): number | undefined {
    if (this.#calls < MIN_CALLS) return undefined;
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    let below = 0;
    for (let i = 0; i < BUCKETS; i++) {
      below += this.#weights[i] ?? 0;
      if (below >= QUANTILE * total) return upperEndOf(i);
    }
    return upperEndOf(BUCKETS - 1);
  }
}

/** 0 in the first, then by the power of 2. */
function bucketOf(tokens: number): number {
  return tokens <= 0 ? 0 : 1 + Math.ceil(STEPS_PER_DOUBLING * Math.log2(tokens));
}

function upperEndOf(bucket: number): number {
  return bucket === 0 ? 0 : Math.floor(2 ** ((bucket - 1) / STEPS_PER_DOUBLING));
}
