// What a process may spend while its authority is away: taken for the worst case, given back when settled.
import type { Amounts, Estimate, ReserveRequest } from './authority.ts';
import type { Granted } from './decision.ts';
import { invalid } from './errors.ts';
import { formatAmount, parseUnitAmount } from './grammar.ts';
import { isAmount } from './money.ts';
import type { Call } from './subject.ts';
import { totalTokens, type Usage } from './usage.ts';

const UNITS = ['cost', 'tokens', 'requests'] as const;

/** The allowance of one process: nano-USD for `cost`, else counts. */
export interface GraceAmount {
  readonly unit: (typeof UNITS)[number];
  readonly amount: number;
}

/**
 * `$0.50`, `50000 tokens`, `20 requests`: the grammar of limits, without a window.
 * @throws SpendfuseError `INVALID_ARGUMENT` for anything else, and for an allowance of nothing.
 */
export function parseGrace(text: string, field = 'grace'): GraceAmount {
  const { unit: name, amount } = readAmount(text) ?? {};
  const unit = UNITS.find((known) => known === name);
  if (!unit || amount === undefined) {
    throw invalid(field, `"${text}" is no amount of money, tokens or requests`);
  }
  if (amount === 0) throw invalid(field, `"${text}" allows no call at all: that is "deny"`);
  return { unit, amount };
}

/** Undefined where the grammar has none; what it says then is of limits, which have windows. */
function readAmount(text: string): ReturnType<typeof parseUnitAmount> | undefined {
  try {
    return parseUnitAmount(text);
  } catch {
    return undefined;
  }
}

export function formatGrace({ unit, amount }: GraceAmount): string {
  return formatAmount(unit, amount);
}

/**
 * Nano-USD for each token of a model of which no grant has been seen: as dear as the dearest model of
 * the price data set (o1-pro, $150 and $600 for a million tokens).
 */
const DEAREST_INPUT_NANO_USD = 150_000;
const DEAREST_OUTPUT_NANO_USD = 600_000;
/** Above what any provider asks for a search ($35 for a thousand), or a request ($14). */
const SEARCH_NANO_USD = 50_000_000;
const REQUEST_NANO_USD = 20_000_000;
/** The largest maximum of any model's output, for models of which no grant has been seen. */
const MOST_OUTPUT_TOKENS = 272_000;
/** Prices that go by the length of the input rise from 128,000 tokens on, and at most to the double. */
const LONG_INPUT_TOKENS = 128_000;
const LONG_INPUT_FACTOR = 2;
/** Models whose grants are remembered. */
const MAX_MODELS = 1000;

/** What a grant has told of a model. */
interface Seen {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of both together; undefined: the authority has no price either. */
  readonly costNanoUsd: number | undefined;
  /** Of one choice; undefined: no call has asked for all the model can make. */
  readonly mostOutputTokens: number | undefined;
}

interface Size {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly webSearches: number;
  /** As the caller says it; undefined: nobody does. */
  readonly costNanoUsd?: number | undefined;
}

/** A call that goes on without a decision, and what it has taken. */
export interface Taken {
  readonly call: Call;
  readonly tier: string | undefined;
  /** Of the allowance, as long as the authority does not know of the call. */
  readonly amount: number;
  /** What the caller said it may cost, where it did. */
  readonly costNanoUsd: number | undefined;
}

/**
 * Contract: what ungoverned calls may have spent without the authority knowing of it never exceeds the
 * allowance, but for what a call uses above its own worst case. Each takes its worst case; its
 * settlement gives back what was not used; and the rest comes back when the settlement has arrived,
 * because then the authority counts it.
 *
 * Prices: the process has none, so cost is scaled from the latest grant of the same model and tier, by
 * the input or the output, whichever has grown more. That is never too little, whatever the prices of
 * the two are.
 */
export class Grace {
  readonly allowance: GraceAmount;
  readonly #seen = new Map<string, Seen>();
  #taken = 0;

  constructor(allowance: GraceAmount) {
    this.allowance = allowance;
  }

  /** Of the allowance. */
  get left(): number {
    return Math.max(0, this.allowance.amount - this.#taken);
  }

  /** The authority has granted this: what it holds tells of the price. */
  learn({ call, estimate }: ReserveRequest, granted: Granted): void {
    const { held, heldOutputTokens } = granted;
    const key = keyOf({ ...call, model: granted.model ?? call.model }, estimate.tier);
    const inputTokens = estimate.inputBound.tokens;
    const outputTokens = Math.max(0, held.tokens - inputTokens);
    const earlier = this.#seen.get(key);
    const isAllHeld =
      heldOutputTokens === undefined &&
      granted.maxOutputTokens === undefined &&
      estimate.maxOutputTokens === undefined;
    const mostOutputTokens = isAllHeld
      ? Math.ceil(outputTokens / estimate.choices)
      : earlier?.mostOutputTokens;
    if (!earlier && this.#seen.size >= MAX_MODELS) return;
    const { costNanoUsd } = held;
    this.#seen.set(key, { inputTokens, outputTokens, costNanoUsd, mostOutputTokens });
  }

  /** Undefined: the allowance does not cover the worst case. */
  take(request: Pick<ReserveRequest, 'call' | 'estimate'>): Taken | undefined {
    const taken = this.#worstOf(request);
    if (taken.amount > this.left) return undefined;
    this.#taken += taken.amount;
    return taken;
  }

  /** Whether there is room for its worst case; takes nothing. */
  covers(request: Pick<ReserveRequest, 'call' | 'estimate'>): boolean {
    return this.#worstOf(request).amount <= this.left;
  }

  /** Takes one request of which nothing else is known; false: there is no room, or it has no bound. */
  takeUnread(): boolean {
    if (this.allowance.unit !== 'requests' || this.left < 1) return false;
    this.#taken += 1;
    return true;
  }

  /** The call is over. What is still taken stays so until it `arrived`. */
  used(taken: Taken, usage: Usage, amounts?: Amounts): Taken {
    const { inputTokens, outputTokens, webSearches } = usage;
    const costNanoUsd = amounts?.['cost'] ?? taken.costNanoUsd;
    const amount =
      this.allowance.unit === 'tokens'
        ? totalTokens(usage)
        : this.#amountOf(taken, { inputTokens, outputTokens, webSearches, costNanoUsd });
    return this.#changed(taken, amount);
  }

  /** The call has ended without usage; `sent` as in a release. */
  released(taken: Taken, sent: boolean): Taken {
    return this.#changed(taken, sent && this.allowance.unit === 'requests' ? 1 : 0);
  }

  /** The authority knows of the call now. */
  arrived(taken: Taken): void {
    this.#taken -= taken.amount;
  }

  #changed(taken: Taken, amount: number): Taken {
    // Usage that no authority would take: the worst case stands.
    if (!isAmount(amount)) return taken;
    this.#taken += amount - taken.amount;
    return { ...taken, amount };
  }

  #worstOf({ call, estimate }: Pick<ReserveRequest, 'call' | 'estimate'>): Taken {
    const { tier } = estimate;
    const worst = this.#worstCase(call, estimate);
    const amount = this.#amountOf({ call, tier }, worst);
    return { call, tier, amount, costNanoUsd: worst.costNanoUsd };
  }

  #worstCase(call: Call, { inputBound, ...estimate }: Estimate): Size {
    const most =
      estimate.maxOutputTokens ??
      this.#seen.get(keyOf(call, estimate.tier))?.mostOutputTokens ??
      MOST_OUTPUT_TOKENS;
    const { choices, webSearches = 0, amounts } = estimate;
    return {
      inputTokens: inputBound.tokens,
      outputTokens: most * choices,
      webSearches,
      costNanoUsd: amounts?.['cost'],
    };
  }

  #amountOf({ call, tier }: Pick<Taken, 'call' | 'tier'>, size: Size): number {
    const { inputTokens, outputTokens, webSearches, costNanoUsd } = size;
    if (this.allowance.unit === 'requests') return 1;
    if (this.allowance.unit === 'tokens') return inputTokens + outputTokens;
    if (costNanoUsd !== undefined) return costNanoUsd;
    const tokensNanoUsd = costOf(this.#seen.get(keyOf(call, tier)), size);
    return Math.ceil(tokensNanoUsd + webSearches * SEARCH_NANO_USD);
  }
}

/** An upper bound, in nano-USD. */
function costOf(seen: Seen | undefined, { inputTokens, outputTokens }: Size): number {
  const byDearest =
    inputTokens * DEAREST_INPUT_NANO_USD +
    outputTokens * DEAREST_OUTPUT_NANO_USD +
    REQUEST_NANO_USD;
  if (seen?.costNanoUsd === undefined) return byDearest;
  // A model that is free stays free, however much more of it is asked for.
  if (seen.costNanoUsd === 0) return 0;
  // What has no tokens is paid by the call.
  if (inputTokens + outputTokens === 0) return seen.costNanoUsd;
  const growth = Math.max(
    growthOf(inputTokens, seen.inputTokens),
    growthOf(outputTokens, seen.outputTokens),
  );
  const isLonger = inputTokens >= LONG_INPUT_TOKENS && inputTokens > seen.inputTokens;
  return Math.min(byDearest, seen.costNanoUsd * growth * (isLonger ? LONG_INPUT_FACTOR : 1));
}

function growthOf(tokens: number, seen: number): number {
  return tokens === 0 ? 0 : tokens / seen;
}

function keyOf({ provider, model }: Call, tier = ''): string {
  return `${provider}\n${model}\n${tier}`;
}
